"""Figures about conversations: how many there are, and how soon messages are answered."""
