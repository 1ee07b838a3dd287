"""What runs: version, commit and start."""
