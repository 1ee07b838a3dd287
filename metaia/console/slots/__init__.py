"""Sessions of the console, one per slot of a browser."""
