"""Which notifications a user wants, when, and unsubscribing."""
