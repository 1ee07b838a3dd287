"""Coverage of metaia/ for coverage.py's report: `pytest -p tests.support.reached`, as in tools/test.

Slipcover counts the lines, and removes its instrumentation from a line after the first hit. With coverage.py the tests
take twice as long: on Python 3.11 it looks up the current greenlet at each call and line.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

from coverage import CoverageData
from slipcover import FileMatcher, Slipcover
from slipcover.importer import SlipcoverMetaPathFinder

CODE = "metaia"
NEVER = 2**31 - 1
REMOVALS = {1, 20, 100, 400, 1_500}  # tests after which the probes of reached lines are removed


class Finder(SlipcoverMetaPathFinder):  # type: ignore[misc]
    """Finds only our modules, as slipcover's finder conflicts with pytest's import of tests."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Return the spec of one of our modules, with slipcover's loader; None for all others."""
        ours = fullname.partition(".")[0] == CODE
        return super().find_spec(fullname, path, target) if ours else None


assert CODE not in sys.modules, "modules imported before are not counted"
counter = Slipcover(
    source=[CODE], d_miss_threshold=NEVER
)  # else it removes probes hundreds of times, for minutes
sys.meta_path.insert(0, Finder(counter, FileMatcher(sources=[CODE])))


_finished: list[str] = []


def pytest_runtest_logfinish(nodeid: str) -> None:
    """Remove the probes of the lines that were reached: it takes half a second, and the code is faster afterwards."""
    _finished.append(nodeid)
    if len(_finished) in REMOVALS:
        counter.deinstrument_seen()


def pytest_unconfigure() -> None:
    """Write the executed lines of all files."""
    files = counter.get_coverage()["files"]
    data = CoverageData(os.environ["COVERAGE_FILE"])
    data.add_lines({str(Path(name).resolve()): found["executed_lines"] for name, found in files.items()})
    data.write()
