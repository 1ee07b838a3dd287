"""Media: uploads, processing, storage, addresses and deletion."""
