"""News of partners for their followers: posts, the feed, and the notifications about them."""
