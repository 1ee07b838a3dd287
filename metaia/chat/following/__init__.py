"""Messages follow their files: participants are informed when a file is ready, or was deleted."""
