"""The event log for admins: what was recorded, and which rooms received it, without personal data unless asked for."""
