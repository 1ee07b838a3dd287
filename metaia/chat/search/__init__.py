"""Search in the messages of a user's conversations, by words of all scripts."""
