"""The timeline of a deal: what happened to its offers, order, booking and payments, and its messages, in one order."""
