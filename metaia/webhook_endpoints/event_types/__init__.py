"""The types of events that endpoints can receive."""
