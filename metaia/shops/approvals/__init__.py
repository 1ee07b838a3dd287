"""Approvals: what admins decide about profiles."""
