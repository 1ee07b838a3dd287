"""Conversations on the screen: joining their rooms, typing, and presence."""
