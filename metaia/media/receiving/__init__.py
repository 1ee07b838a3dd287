"""Receiving files through the server: reading, recognizing and storing their bytes, and waiting for the processing."""
