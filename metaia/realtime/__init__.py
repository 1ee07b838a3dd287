"""The real-time path: from a committed change to every client in the audience of its event. It knows no domain."""
