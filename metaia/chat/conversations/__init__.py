"""Conversations: beginning, listing, reading, renaming, and what each participant sets for itself."""
