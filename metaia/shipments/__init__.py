"""Shipments: the parcels of orders that carriers bring, their scans, and their public tracking page."""
