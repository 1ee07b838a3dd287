"""Carriers of parcels: how each one states scans, and how it is asked for them."""
