"""Checks at start that libraries have the private and patched parts in `tested`, in a tested version.

A library may change such a part without notice, and a method that overrides a renamed one is silently never called.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from inspect import signature, unwrap
from typing import Any

from metaia.core.libraries.parts import Expected, Library
from metaia.core.libraries.tested import LIBRARIES

_owners: dict[str, Any] = {}  # as they were when checked first: METAIA replaces some of them afterwards


class LibraryChanged(RuntimeError):
    """A library is not as tested; the message names the package, its version and the difference."""


def check(*packages: str) -> None:
    """Check `packages`, or all; parts in modules that this process has not imported are left out.

    Raises LibraryChanged.
    """
    for library in LIBRARIES:
        if not packages or library.package in packages:
            _check(library)


def _check(library: Library) -> None:
    used = {
        part: expected for part, expected in library.parts.items() if part.partition(":")[0] in sys.modules
    }
    if not used:
        return
    installed = version(library.package)
    if not f"{installed}.".startswith(f"{library.tested}."):
        raise LibraryChanged(
            f"{library.package} {installed} is not the tested {library.tested}: see metaia/core/libraries/tested.py"
        )
    for part, expected in used.items():
        if difference := _difference(part, expected):
            name = part.replace(":", ".")
            raise LibraryChanged(
                f"{library.package} {installed}: {name} has changed, {difference}; {library.used_by} relies on it"
            )


def version(package: str) -> str:
    """Return the installed version: of METADATA one line only, because parsing all of it takes 2 ms a package."""
    try:
        text = distribution(package).read_text("METADATA") or ""
    except PackageNotFoundError:
        return "(not installed)"
    found = re.search(r"^Version: *(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else "(unknown)"


def _difference(part: str, expected: Expected) -> str | None:
    """Return in which way a part is not as expected; None if it is."""
    path, _, name = part.rpartition("." if "." in part.partition(":")[2] else ":")
    try:
        found = getattr(_owner(path), name)
    except AttributeError:
        return "it is missing"
    if isinstance(expected, str):
        parameters = " ".join(signature(found).parameters)
        return None if parameters == expected else f"its parameters are ({parameters}), not ({expected})"
    if expected is None:
        return None
    code = getattr(unwrap(found), "__code__", None) if callable(found) else None
    missing = expected - set(found if code is None else code.co_names)
    return f"it lacks {', '.join(sorted(missing))}" if missing else None


def _owner(path: str) -> Any:
    if path not in _owners:
        module, _, attributes = path.partition(":")
        found: Any = sys.modules[module]
        for attribute in filter(None, attributes.split(".")):
            found = getattr(found, attribute)
        _owners[path] = found
    return _owners[path]
