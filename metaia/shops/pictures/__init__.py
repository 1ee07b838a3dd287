"""Pictures of partners: logos, banners and others."""
