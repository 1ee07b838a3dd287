"""Mechanisms that every domain shares; knows no domain."""
