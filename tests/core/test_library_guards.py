"""The parts of libraries that METAIA relies on are those that were tested; another stops the start."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from gevent.pywsgi import Input
from webargs.flaskparser import FlaskParser

from metaia.core.libraries import guards as library_guards
from metaia.core.libraries.guards import LibraryChanged
from metaia.core.libraries.tested import LIBRARIES

ROOT = Path(__file__).parents[2]
PARTS = [part for library in LIBRARIES for part in library.parts]


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.package)
def test_every_part_is_as_tested(library: Any) -> None:
    for part in library.parts:
        import_module(part.partition(":")[0])  # else it is not checked
    library_guards.check(library.package)


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.package)
def test_the_pinned_version_is_a_tested_one(library: Any) -> None:
    pins = dict(
        re.findall(r"^([\w-]+)(?:\[\w+\])?==([\w.]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    )
    assert f"{pins[library.package.lower()]}.".startswith(f"{library.tested}.")
    assert (ROOT / "metaia" / library.used_by).exists()


def test_an_override_with_other_parameters_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Input, "_do_read", lambda self, size=None: b"")
    with pytest.raises(LibraryChanged, match=r"gevent 26\.\d.*Input\._do_read has changed.*\(self size\)"):
        library_guards.check("gevent")


def test_a_part_that_is_missing_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(FlaskParser, "__location_map__")
    monkeypatch.delattr("webargs.core.Parser.__location_map__")
    with pytest.raises(LibraryChanged, match=r"webargs 8\..*__location_map__ has changed, it is missing"):
        library_guards.check("webargs")


def test_a_name_that_a_part_lacks_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FlaskParser, "__location_map__", {"json": "load_json"})
    with pytest.raises(LibraryChanged, match=r"it lacks form, query; core/http/bodies\.py relies on it"):
        library_guards.check()


@pytest.mark.parametrize(
    ("installed", "fits"), [("3.3", True), ("3.3.12", True), ("3.30.1", False), ("4.3", False)]
)
def test_a_version_is_tested_or_not(monkeypatch: pytest.MonkeyPatch, installed: str, fits: bool) -> None:
    monkeypatch.setattr(library_guards, "version", lambda _: installed)
    if fits:
        library_guards.check("psycopg")
    else:
        with pytest.raises(LibraryChanged, match=f"psycopg {installed} is not the tested 3.3"):
            library_guards.check("psycopg")


def test_an_application_is_not_created_with_a_changed_library(environment: dict[str, str]) -> None:
    change = "from gevent.pywsgi import Input; Input._discard = lambda self, most: None"
    create = "from metaia.app import create_app; create_app()"
    done = subprocess.run(
        [sys.executable, "-c", f"{change}; {create}"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "Input._discard has changed, its parameters are (self most), not (self)" in done.stderr
