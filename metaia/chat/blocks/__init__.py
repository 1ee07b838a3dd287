"""Blocks: users that do not want messages of others."""
