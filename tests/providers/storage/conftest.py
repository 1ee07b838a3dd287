"""Stores for tests: each test of the shared suite runs with a local folder, a real S3 server and Cloudinary's stub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from metaia.dev.stubs.server import Stub
from metaia.providers.storage import cloudinary_account
from metaia.providers.storage.cloudinary import Cloudinary
from metaia.providers.storage.interface import Store
from metaia.providers.storage.local import Local
from metaia.providers.storage.s3 import S3, Bucket
from metaia.providers.storage.signed_addresses import AddressSigner
from tests.support import rclone
from tests.support.stores import CLOUDINARY_URL


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """Give an empty bucket of a real server."""
    with rclone.serving(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture(scope="session")
def running_stub() -> Iterator[Stub]:
    """Give the stub of all vendors."""
    with Stub({"CLOUDINARY_URL": CLOUDINARY_URL}) as running:
        yield running


@pytest.fixture
def cloudinary_stub(running_stub: Stub) -> Iterator[Stub]:
    """Give Cloudinary's stub, which behaves correctly."""
    yield running_stub
    running_stub.moods.clear()


def cloudinary_store(stub: Stub) -> Cloudinary:
    """Return a store at the stub, which is its CDN too."""
    return Cloudinary(cloudinary_account.parse(CLOUDINARY_URL), stub.url, public_url=stub.url)


@pytest.fixture(params=["local", "s3", "cloudinary"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Give a store of each kind."""
    made: Store
    if request.param == "local":
        made = Local(tmp_path / "media", "http://media.test", AddressSigner(["key"]))
    elif request.param == "cloudinary":
        made = cloudinary_store(request.getfixturevalue("cloudinary_stub"))
    else:
        made = S3(request.getfixturevalue("bucket"))
    yield made
    made.close()


@pytest.fixture
def s3(bucket: Bucket) -> Iterator[S3]:
    """Give the store of the real S3 server."""
    made = S3(bucket)
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of 5,000 bytes that begins like a WebP, because Cloudinary refuses images that are none."""
    path = tmp_path / "file"
    path.write_bytes(b"RIFF____WEBP" + bytes(range(250)) * 19 + bytes(238))
    return path
