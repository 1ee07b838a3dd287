"""Routes of the actions on the courier of an order, and on its delivery code."""
