"""The payment of an order, as every answer shows it."""
