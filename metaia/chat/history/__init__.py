"""Reading messages: pages of a conversation, and what has changed in it."""
