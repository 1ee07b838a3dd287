"""Follows: users follow partners, and partners see how many they are."""
