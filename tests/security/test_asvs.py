"""docs/security.md lists each requirement of OWASP ASVS 5.0.0, levels 1 and 2, once, and names existing tests."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text().split("## ASVS 5.0", 1)[1]
# The number of requirements of levels 1 and 2 per section; those of level 3 come after them.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip
ALL = [f"{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("|")
]
NAMED = r"\d+(?:\.\d+){0,2}"


def parts(name: str) -> list[int]:
    return [int(number) for number in name.split(".")]


def meant(text: str) -> list[str]:
    """Return the requirements that a text names: single ones, ranges, or whole sections and chapters."""
    found = []
    for first, last in re.findall(rf"(?<![\w.])({NAMED})(?: to ({NAMED}))?(?!\w|\.\d)", text):
        begin, end = parts(first), parts(last or first)
        found += [one for one in ALL if begin <= parts(one)[: len(begin)] and parts(one)[: len(end)] <= end]
    return found


def listed() -> list[str]:
    """Return the requirements in the tables and in the paragraphs between them."""
    paragraphs = re.findall(r"^\*\*.*?(?=\n\n)", TEXT, re.MULTILINE | re.DOTALL)
    bare = [re.sub(r"\([^)]*\)", "", paragraph) for paragraph in paragraphs]
    cells = [re.sub(r"\*\*V\d+\*\*", "", row[0]) for row in ROWS]
    return [one for text in (*cells, *bare) for one in meant(text)]


def test_there_are_253_of_them() -> None:
    assert len(ALL) == 253


def test_each_is_there_once() -> None:
    count = Counter(listed())
    assert [one for one in ALL if one not in count] == []
    assert [one for one, times in count.items() if times > 1] == []


@pytest.mark.parametrize("row", [row for row in ROWS if len(row) == 3 and row[0] and "---" not in row[0]])
def test_each_row_names_tests_that_there_are(row: list[str]) -> None:
    found = re.findall(r"`(tests/[\w/]+\.py):(\w+)`", row[2])
    assert found
    for file, name in found:
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text(), re.MULTILINE), (file, name)
