"""Refused calls of vendors: kept for staff, and counted for operators."""
