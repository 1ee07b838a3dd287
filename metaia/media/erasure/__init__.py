"""The deletion of all files of deleted users."""
