"""Registration, login with a password and, where required, a second factor, and refresh."""
