"""`make demo`: one order's story, played by real clients against a running server."""
