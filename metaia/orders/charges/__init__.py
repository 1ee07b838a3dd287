"""What an order is charged in addition to its items, as every answer shows it."""
