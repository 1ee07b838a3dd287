"""The addresses of the stub carriers."""

from __future__ import annotations

from metaia.dev.stubs import delhivery, easypost, shiprocket

PATHS = tuple((each.PATH, each.VENDOR, each.answer) for each in (easypost, delhivery, shiprocket))
