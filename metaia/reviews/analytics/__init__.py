"""Figures about reviews: satisfaction, replies, and the part of orders that is reviewed."""
