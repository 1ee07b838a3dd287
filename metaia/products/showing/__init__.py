"""What answers show of products in addition to their rows: ratings, and the addresses of pictures."""
