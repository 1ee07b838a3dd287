"""Why an account is inactive: the values of `users.inactive_because`, which is NULL for an active account."""

from __future__ import annotations

DISABLED = "disabled"  # by staff; only staff can enable it again
DEACTIVATED = "deactivated"  # by its user; the next login reactivates it
DELETED = "deleted"  # by its user; final, and the row holds no personal data
