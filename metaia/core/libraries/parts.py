"""What a library is for `guards`: a package, its tested versions, and the parts that METAIA relies on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Expected = str | frozenset[str] | None


@dataclass(frozen=True)
class Library:
    """A library, the versions tested (those that begin with `tested`), and the parts that METAIA relies on.

    A part is `module:attribute`. A text lists the parameters that it must have; a set lists names that must be among
    the keys or items of it or, if it is a function, in its code; None asks only that it exists.
    """

    package: str
    tested: str
    used_by: str
    parts: Mapping[str, Expected]
