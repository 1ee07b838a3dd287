"""Work of support: joining, assigning, closing and reopening conversations, and calls for support."""
