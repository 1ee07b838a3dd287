"""Serving, direct uploads, cleaning and hiding with each of the stores."""
