"""The index of the search for orders."""
