"""The child's entry: apply the limits, import the decoder of one kind, check one file, print the result.

Output: {"files": […], …} or {"refused": code, "detail": …}, with exit code 0. The exit code is NOT_STARTED if the
machine is the reason, not the file: a missing package, a full disk.
"""

from __future__ import annotations

import errno
import importlib
import json
import sys
from pathlib import Path
from typing import Any

NOT_STARTED = 3
FULL = (errno.ENOSPC, errno.EDQUOT)


def main(kind: str, content_type: str, file: str, folder: str) -> int:
    """Check one file and print the result; return the exit code."""
    sys.path.append(
        str(Path(__file__).resolve().parents[1])
    )  # `-I` leaves it out; only `sandbox` is used of it
    importlib.import_module("sandbox.limits").apply()
    refusal = importlib.import_module("sandbox.refusal")
    try:
        decoder = importlib.import_module(f"sandbox.{kind}")
    except ImportError as error:
        print(error, file=sys.stderr)
        return NOT_STARTED
    try:
        found = _checked(decoder, refusal, content_type, Path(file), Path(folder))
    except refusal.Refused as refused:
        found = {"refused": refused.code, "detail": refused.detail[:200]}
    except refusal.Unsupported as refused:
        found = {"refused": refusal.UNSUPPORTED[kind], "detail": str(refused)[:200]}
    except OSError as error:
        if error.errno in FULL:
            return NOT_STARTED
        found = {"refused": refusal.CORRUPT, "detail": repr(error)[:200]}
    except Exception as error:  # noqa: BLE001 - decoders raise anything for hostile bytes, also MemoryError
        found = {"refused": refusal.CORRUPT, "detail": repr(error)[:200]}
    found["peak"] = importlib.import_module("sandbox.limits").peak()
    print(json.dumps(found), flush=True)
    return 0


def _checked(decoder: Any, refusal: Any, content_type: str, file: Path, folder: Path) -> dict[str, Any]:
    if file.stat().st_size == 0:
        raise refusal.Refused(refusal.EMPTY)
    found: dict[str, Any] = decoder.check(file, content_type, folder)
    return found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
