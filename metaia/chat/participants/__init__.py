"""Participants of conversations: adding, removing, leaving, and following the parties of a deal."""
