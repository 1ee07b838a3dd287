"""Settlements: customers repay what they owe on credit."""
