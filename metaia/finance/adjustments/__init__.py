"""Adjustments: corrections of the books that one admin requests and another one approves."""
