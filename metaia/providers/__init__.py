"""Adapters, one small one per vendor, behind a typed port each."""
