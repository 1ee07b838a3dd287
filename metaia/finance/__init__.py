"""Finance: the books as staff see and correct them."""
