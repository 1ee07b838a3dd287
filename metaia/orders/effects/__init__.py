"""What the actions on an order change in addition to its status."""
