"""Suppressed addresses: why one gets no messages, which messages that concerns, and what ends it."""
