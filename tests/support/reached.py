"""What of metaia/ a run reaches, for coverage.py to report: `pytest -p tests.support.reached`, as tools/test does.

Slipcover counts, and forgets a line that it has seen. Coverage.py's own counting doubles the time the tests take:
on Python 3.11 it asks at each call and each line which greenlet runs.
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


class Finder(SlipcoverMetaPathFinder):  # type: ignore[misc]
    """Finds our modules only: between Python and pytest's way of importing tests, slipcover stands in the way."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Return where a module is, and that slipcover loads it; None if it is not ours."""
        ours = fullname.partition(".")[0] == CODE
        return super().find_spec(fullname, path, target) if ours else None


assert CODE not in sys.modules, "what was imported before is not counted"
counter = Slipcover(source=[CODE])
sys.meta_path.insert(0, Finder(counter, FileMatcher(sources=[CODE])))


def pytest_unconfigure() -> None:
    """Write down what was reached, and which files were not."""
    files = counter.get_coverage()["files"]
    data = CoverageData(os.environ["COVERAGE_FILE"])
    data.add_lines({str(Path(name).resolve()): found["executed_lines"] for name, found in files.items()})
    data.write()
