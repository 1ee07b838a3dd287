"""What only the local store has: paths, and what a kill leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from metaia.providers.errors import Technical, Temporary
from metaia.providers.storage import keys
from metaia.providers.storage.local import Local
from metaia.providers.storage.signed_addresses import AddressSigner

ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path: Path) -> Local:
    return Local(tmp_path / "media", "http://media.test/", AddressSigner(["key"]))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"bytes")
    return path


def files(store: Local) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "key",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "a/../../b",
        "a//b",
        "a/.",
        "..",
        "",
        "a\0b",
        "a\nb",
        "\ud800",
        "a" * 201,
    ],
    ids=ascii,
)
def test_a_key_that_paths_would_change_is_refused(store, file, key):
    for call in (store.delete, store.find, lambda key: store.put(key, file, "text/plain")):
        with pytest.raises(Technical):
            call(key)
    assert files(store) == []


@pytest.mark.parametrize(
    "key", ["..%2f..%2fx", "..\\..\\x", "C:\\x", ".hidden", "~root", "x:stream", "%2e%2e"], ids=str
)
def test_a_key_that_looks_like_a_path_stays_inside(store, file, key):
    store.put(key, file, "text/plain")
    (stored,) = files(store)
    assert len(stored.relative_to(store.folder).parts) == 3
    assert [each.key for each in store.listed()] == [key]


def test_keys_that_differ_in_case_or_escapes_are_two_objects(store, file):
    names = {"a/B", "a/b", "a%2Fb", "A/b", ".a", "%2Ea"}
    for key in names:
        store.put(key, file, "text/plain")
    assert {each.key for each in store.listed()} == names
    assert len({str(path).lower() for path in files(store)}) == len(names)


def test_the_longest_key_of_capitals_does_not_fit_and_is_refused(store, file):
    with pytest.raises(Technical):
        store.put("Ä" * 100, file, "text/plain")


KILLED = """
import os, sys
from pathlib import Path
from metaia.providers.storage.local import Local
from metaia.providers.storage.signed_addresses import AddressSigner

Path.rename = lambda *_: os._exit(9)
Local(Path(sys.argv[1]), "http://media.test", AddressSigner(["key"])).put("key", Path(sys.argv[2]), "text/plain")
"""


@pytest.fixture
def killed(store: Local, file: Path) -> None:
    """Give a store in which a process was killed between the write and the rename of `key`."""
    ended = subprocess.run([sys.executable, "-c", KILLED, store.folder, file], cwd=ROOT, check=False)
    assert ended.returncode == 9


def test_an_unfinished_object_is_invisible_and_goes_with_its_key(store, killed):
    assert len(files(store)) == 1
    assert store.find("key") is None
    assert list(store.listed()) == []
    store.delete("key")
    assert files(store) == []


def test_a_full_disk_is_temporary_and_leaves_nothing(store, file, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device", "/secret/path")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Temporary) as caught:
        store.put("key", file, "text/plain")
    assert str(caught.value) == "local store: No space left on device"
    assert files(store) == []


def test_keys_are_random_and_state_their_readers():
    assert keys.new_prefix(public=True) != keys.new_prefix(public=True)
    assert keys.is_public(keys.new_prefix(public=True) + "/full.webp")
    assert not keys.is_public(keys.new_prefix(public=False) + "/full.webp")
    assert not keys.is_public(keys.new_incoming("jpg"))
    assert keys.extension(keys.new_incoming("jpg")) == "jpg"
    assert max(len(keys.new_prefix(public=False)), len(keys.new_incoming("webp"))) <= 64  # the columns


def test_an_object_is_put_once(store: Local, file: Path) -> None:
    assert store.put_once("incoming/a.jpg", file)
    other = file.with_name("other")
    other.write_bytes(b"other bytes")
    assert not store.put_once("incoming/a.jpg", other)
    assert [path.read_bytes() for path in files(store)] == [b"bytes"]
