"""Password rules, hashing outside the event loop, and re-authentication."""
