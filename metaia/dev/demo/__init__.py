"""`make demo`: real clients play the scenes of one order against a running server."""
