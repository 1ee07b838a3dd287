"""The committed bundle of the console is built from the committed sources. Needs no Node."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUNDLE = ROOT / "metaia/console/live/bundle"
CONSOLE, CLIENT = ROOT / "clients/console", ROOT / "clients/typescript"
COMMAND = "python tools/build_client.py console"


def test_the_bundle_is_that_of_the_sources() -> None:
    sources = [
        path for folder in (CONSOLE / "src", CLIENT / "src") for path in folder.rglob("*") if path.is_file()
    ]
    sources += [CONSOLE / name for name in ("build.mjs", "settings.mjs", "package-lock.json")]
    whole = hashlib.sha256()
    for name in sorted(path.relative_to(ROOT).as_posix() for path in sources):
        content = (ROOT / name).read_bytes()
        whole.update(f"{name} {len(content)} ".encode() + content)
    assert (BUNDLE / "sources.sha256").read_text().strip() == whole.hexdigest(), f"run {COMMAND}"


def test_the_bundle_is_small() -> None:
    sizes = {
        name: len(gzip.compress((BUNDLE / name).read_bytes(), 9)) for name in ("console.js", "console.css")
    }
    assert sizes["console.js"] <= 70 * 1024
    assert sizes["console.css"] <= 8 * 1024


def test_each_language_has_every_text() -> None:
    texts = {path.stem: json.loads(path.read_text()) for path in (CONSOLE / "src/text").glob("*.json")}
    assert texts.keys() == {"en", "hi"}
    assert texts["en"].keys() == texts["hi"].keys()
    for name, text in texts["en"].items():
        assert text.count("{") == texts["hi"][name].count("{"), name
        assert "<" not in text + texts["hi"][name]
