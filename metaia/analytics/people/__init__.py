"""Figures of users: registrations, activity, cohorts."""
