"""What the actions of bulk operations do to one order or one user, by the services of these domains."""
