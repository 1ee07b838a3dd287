"""The live console: its page, its files, its configuration."""
