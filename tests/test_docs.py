"""What the documents say of settings, packages, events and functions agrees with the code."""

import re
from pathlib import Path

import pytest

from config import SETTINGS
from metaia.realtime import asyncapi

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def rows(text):
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line
    ]


def test_the_settings_in_operations_are_those_that_the_code_reads():
    text = (DOCS / "operations.md").read_text()
    table = rows(text.split("## Settings", 1)[1].split("\n\n", 2)[2].split("\n\n", 1)[0])[2:]
    expected = [
        [
            f"`{setting.name}`",
            f"`{setting.default}`" if setting.default else "",
            setting.meaning + (" (needed)" if setting.needed_in_production else ""),
        ]
        for setting in SETTINGS
    ]
    assert table == expected


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_package_we_ask_for_has_its_reason_in_dependencies(name):
    lines = (ROOT / name).read_text().splitlines()
    asked = {found[0] for line in lines if (found := re.match(r"\w[\w-]*", line))}
    given = {row[0] for row in rows((DOCS / "dependencies.md").read_text())}
    assert asked - given == set()


def test_dependencies_has_no_package_that_we_do_not_ask_for():
    asked = (ROOT / "requirements.in").read_text() + (ROOT / "requirements-dev.in").read_text()
    for package, *_ in rows((DOCS / "dependencies.md").read_text()):
        assert (
            package == "package" or set(package) <= {"-"} or re.search(rf"^{package}\b", asked, re.MULTILINE)
        )


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_every_file_and_function_that_a_document_names_exists(path):
    for file, name in re.findall(r"`([\w/]+\.py)(?::(\w+))?`", path.read_text()):
        code = next((p for p in (ROOT / file, ROOT / "metaia" / file) if p.exists()), None)
        if "/" not in file and code is None:
            continue  # the name that a file has in every domain
        assert code, file
        assert not name or re.search(rf"^ *(def |class )?{name}\b", code.read_text(), re.MULTILINE), (
            file,
            name,
        )


def test_the_protocol_names_every_message_that_travels(app):
    with app.app_context():
        messages = asyncapi.document("http://127.0.0.1:5000")["components"]["messages"]
    text = (DOCS / "realtime.md").read_text()
    assert [name for name in messages if name != "acknowledgement" and f"`{name}`" not in text] == []


def test_decisions_are_short_and_say_why():
    for path in sorted((DOCS / "adr").glob("*.md")):
        text = path.read_text()
        assert len(text.splitlines()) <= 25, path.name
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
