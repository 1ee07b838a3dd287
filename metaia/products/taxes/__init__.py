"""The tax rates of a partner."""
