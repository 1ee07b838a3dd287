"""The rows of products: their variants and groups, with options; read with prepared statements."""
