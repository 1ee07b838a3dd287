"""From a committed change to every client that should hear of it; knows no domain."""
