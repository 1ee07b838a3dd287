"""What an order would cost, whether it can be placed, and why a placed one costs what it does."""
