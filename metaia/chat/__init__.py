"""Chat: conversations between users, with messages in one order for all of them."""
