"""Adapters to external vendors: one class per vendor, behind one interface per kind of vendor."""
