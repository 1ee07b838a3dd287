"""Registrations for push."""
