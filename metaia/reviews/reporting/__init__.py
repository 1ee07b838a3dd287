"""Reports of reviews, and what staff sees of them."""
