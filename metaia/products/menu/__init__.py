"""The public menu of a partner, and the event of its changes."""
