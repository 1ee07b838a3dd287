"""The rounds of an offer: items, adjustment, terms and the time until which it can be answered."""
