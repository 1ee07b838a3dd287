"""Mechanisms that all domains share. Core imports no domain."""
