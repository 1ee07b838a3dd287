"""The texts of notifications by locale and channel, and the messages made of them."""
