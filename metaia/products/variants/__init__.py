"""The variants of a product, from what a client gives."""
