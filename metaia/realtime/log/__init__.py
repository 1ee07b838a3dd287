"""The ordered event log: outbox to log (relay), leader election, and the feed that every process follows."""
