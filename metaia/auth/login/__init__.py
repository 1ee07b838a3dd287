"""Login with password and, where required, a second factor."""
