"""METAIA: the backend of a marketplace."""

import zoneinfo

__version__ = "0.1.0"

# Python prefers the machine's zone data to the pinned package `tzdata`, whatever its age: with data of 2025, Vancouver
# is an hour off from November 2026 on. This stands here because modules read zones while they are imported.
zoneinfo.reset_tzpath(())
