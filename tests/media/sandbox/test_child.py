"""The child process: its limits, and what the worker believes of its output."""

from __future__ import annotations

import ast
import json
import os
import resource
import sys
from pathlib import Path

import pytest

from metaia.media.processing import child
from metaia.media.sandbox import limits, thumbhash

SANDBOX = child.MAIN.parent
MODULE = "import sys; sys.path.insert(0, {root!r}); from sandbox import limits; limits.apply()\n"


def run_as(monkeypatch: pytest.MonkeyPatch, folder: Path, program: str) -> child.Outcome:
    """Run a program in place of the sandbox."""
    script = folder / "program.py"
    script.write_text(MODULE.format(root=str(SANDBOX.parent)) + program)
    monkeypatch.setattr(child, "MAIN", script)
    return child.run("image", "image/png", folder / "file", folder)


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("a crash", "import os; os.abort()"),
        ("too much memory", "bytearray(700 * 1024 * 1024)"),
        (
            "too much time",
            "import resource; resource.setrlimit(7 and resource.RLIMIT_CPU, (1, 9))\nwhile True: pass",
        ),
        ("too large a file", "open('x', 'wb').write(bytes(65 * 1024 * 1024))"),
        ("no output", ""),
        ("rubbish", "print('hello')"),
        ("another value", "print('[]')"),
        (
            "a file of the machine",
            "import json; print(json.dumps({'files': [{'name': '../../x'}], 'peak': 1}))",
        ),
        ("too much output", "print('x' * 1_000_000)"),
    ],
)
def test_a_child_out_of_order_refuses_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, program: str
) -> None:
    assert run_as(monkeypatch, tmp_path, program).refused == "corrupt"


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {"variant": "full", "name": "full.webp", "contentType": "image/webp", "width": 1, "height": 1}
    program = f"import os; os.symlink('/etc/passwd', 'full.webp'); print({json.dumps({'files': [made], 'peak': 1})!r})"
    assert run_as(monkeypatch, tmp_path, program).refused == "corrupt"


def test_an_end_from_outside_is_not_the_files_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(child.Interrupted):
        run_as(monkeypatch, tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")


def test_a_missing_package_is_not_the_files_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(child.NotStarted):
        run_as(monkeypatch, tmp_path, f"sys.exit({child.NOT_STARTED})")


def test_the_child_has_the_limits_and_no_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = """
import json, os, resource
kinds = [resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NPROC]
found = {"limits": [resource.getrlimit(kind)[0] for kind in kinds], "environment": dict(os.environ), "path": sys.path}
print(json.dumps({"files": [], "peak": 1}))
open("found", "w").write(json.dumps(found))
"""
    assert run_as(monkeypatch, tmp_path, program).refused is None
    found = json.loads((tmp_path / "found").read_text())
    processes = 0 if os.geteuid() else resource.getrlimit(resource.RLIMIT_NPROC)[0]
    assert found["limits"] == [limits.MEMORY, limits.CPU_SECONDS, limits.LARGEST_FILE, 0, processes]
    assert found["environment"].keys() <= {"LC_CTYPE"}


def test_the_sandbox_imports_nothing_of_metaia() -> None:
    for path in SANDBOX.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("metaia"), path
                assert node.level <= 1, path
    assert sys.version_info >= (3, 11)


def test_a_thumbhash_has_the_mean_colour_and_the_shape() -> None:
    """Decoded as in the reference: lightness and two colours in the first three bytes."""
    found = thumbhash.encode(4, 2, [(255, 0, 0, 255)] * 8)
    head = int.from_bytes(found[:3], "little")
    light, blue, red = (head & 63) / 63, (head >> 6 & 63) / 31.5 - 1, (head >> 12 & 63) / 31.5 - 1
    mean_blue = light - 2 / 3 * blue
    mean_red = (3 * light - mean_blue + red) / 2
    assert (round(mean_red, 1), round(mean_red - red, 1), round(mean_blue, 1)) == (1.0, 0.0, 0.0)
    assert found[4] >> 7 == 1  # landscape
    assert head >> 23 == 0  # no alpha
