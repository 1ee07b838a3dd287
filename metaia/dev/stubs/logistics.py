"""The stubs of carriers: patterns of their addresses, their names, and what answers."""

from __future__ import annotations

from metaia.dev.stubs import delhivery, easypost, shiprocket

PATHS = tuple((each.PATH, each.VENDOR, each.answer) for each in (easypost, delhivery, shiprocket))
