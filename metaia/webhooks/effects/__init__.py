"""Processing one stored call, and what that changes."""
