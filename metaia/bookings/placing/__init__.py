"""Placing: a free calendar and a block in it, for a booking or a move."""
