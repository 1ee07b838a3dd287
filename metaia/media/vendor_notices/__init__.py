"""What a vendor of storage reports by webhook about stored files."""
