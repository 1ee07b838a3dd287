"""The directory: the public list of partners, one partner, and the categories."""
