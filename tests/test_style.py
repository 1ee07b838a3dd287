"""House rules that are counted: dialect words only get fewer, files and folders stay small (see STYLE.md)."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tools.measure_code import Code, dialect, lines_of

ROOT = Path(__file__).parents[1]
# How many dialect words there are. The two numbers may only fall: lower them when tools/measure_code.py counts fewer.
MOST_IN_DOCSTRINGS = 22
MOST_IN_DOCUMENTS = 4
LONGEST_FILE = 200  # lines
LONGER: dict[str, int] = {}  # files that may only get shorter
MOST_FILES = 20  # in one folder, `__init__.py` included


@pytest.fixture(scope="module")
def code() -> Code:
    return Code(ROOT)


def test_docstrings_get_no_more_dialect_words(code: Code) -> None:
    found, _ = dialect(code.docstrings())
    assert found <= MOST_IN_DOCSTRINGS


def test_documents_get_no_more_dialect_words(code: Code) -> None:
    found, _ = dialect(code.documents())
    assert found <= MOST_IN_DOCUMENTS


def test_locked_means_accounts_only() -> None:
    """A row is "row-locked", a table or an index has a lock, a package is pinned (see CONTRIBUTING.md)."""
    ours = [
        *(ROOT / "metaia").rglob("*.py"),
        *(ROOT / "migrations" / "versions").glob("*.py"),
        *(ROOT / "docs").rglob("*.md"),
    ]
    locked = re.compile(r"(?<!row-)(?<!SKIP )\blocked\b(?!\()", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in ours
        for line in path.read_text().splitlines()
        if locked.search(line) and "account" not in line.lower()
    ]
    assert found == []


def test_files_have_at_most_200_lines(code: Code) -> None:
    lengths = {str(path.relative_to(ROOT)): lines_of(path) for path in code.package}
    assert {name: n for name, n in lengths.items() if n > LONGER.get(name, LONGEST_FILE)} == {}


def test_the_exceptions_are_still_longer(code: Code) -> None:
    assert {name: n for name in LONGER if (n := lines_of(ROOT / name)) <= LONGEST_FILE} == {}


def test_folders_have_at_most_20_files(code: Code) -> None:
    counts = Counter(str(path.parent.relative_to(ROOT)) for path in code.package)
    assert {folder: n for folder, n in counts.items() if n > MOST_FILES} == {}
