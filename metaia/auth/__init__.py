"""Getting in and staying in: registration, login, sessions, tokens."""
