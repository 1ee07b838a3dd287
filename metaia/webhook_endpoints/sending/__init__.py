"""Sending messages: claims, signatures, calls and their results."""
