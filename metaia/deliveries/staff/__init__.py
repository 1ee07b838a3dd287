"""Deliveries for staff: lists, offers to chosen couriers, and ending shifts."""
