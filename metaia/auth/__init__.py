"""Registration, login, sessions and tokens, second factors, and a user's own account."""
