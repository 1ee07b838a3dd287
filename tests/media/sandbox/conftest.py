"""Fixtures: run the real sandbox over bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from metaia.media.processing import child
from metaia.media.processing.child import Outcome

Check = Callable[[str, str, bytes], Outcome]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Give a function that runs the sandbox over bytes of a kind and a content type."""

    def run(kind: str, content_type: str, body: bytes) -> Outcome:
        folder = tmp_path / f"run-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        (file := folder / "file").write_bytes(body)
        (out := folder / "out").mkdir()
        return child.run(kind, content_type, file, out)

    return run
