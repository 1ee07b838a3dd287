"""Text that people type: its Unicode form, and what it may contain."""
