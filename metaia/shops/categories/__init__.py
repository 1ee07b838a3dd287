"""Categories: the list of the house that partners choose from."""
