"""Delays after failed logins."""
