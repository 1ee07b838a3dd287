"""The texts of notifications per locale and channel."""
