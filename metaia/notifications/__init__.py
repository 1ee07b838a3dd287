"""Telling people what happened, on the channels that suit it."""
