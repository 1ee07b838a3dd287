"""Messages of conversations: sending, editing, deleting, reactions and history."""
