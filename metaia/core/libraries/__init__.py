"""Private and patched parts of libraries, and their checks at start."""
