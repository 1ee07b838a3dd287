"""Products: the catalogues of partners, their menus, prices and stock."""
