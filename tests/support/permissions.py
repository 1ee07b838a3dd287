"""All permissions that the product declares."""

from __future__ import annotations

import sys
from importlib import import_module

from metaia.app import DOMAINS
from metaia.core.access.permissions import Permission


def declared() -> dict[str, Permission]:
    """Return the permissions of all loaded modules by name; a name must mean one permission."""
    for domain in DOMAINS:
        import_module(f"metaia.{domain}.routes")
    found: dict[str, Permission] = {}
    for name, module in list(sys.modules.items()):
        if name.startswith("metaia."):
            for value in vars(module).values():
                if isinstance(value, Permission):
                    assert found.setdefault(value.name, value) == value, value.name
    return found
