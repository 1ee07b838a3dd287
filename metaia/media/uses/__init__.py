"""Uses: subjects that media are attached to, such as orders, and the access that follows from it."""
