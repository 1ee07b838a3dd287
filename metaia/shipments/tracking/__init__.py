"""The public tracking page: without names, addresses and the id of the order."""
