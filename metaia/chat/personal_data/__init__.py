"""Personal data in chat: the export of a user, what follows the deletion of an account, and deleted messages."""
