"""The trail of an amount: from a posting to the facts behind it, and to what has stated them."""
