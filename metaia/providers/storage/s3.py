"""The S3 store: a bucket of Amazon S3, Cloudflare R2, Backblaze B2, MinIO, Ceph or another S3-compatible service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from metaia.providers.http import HttpProvider, VendorClient, succeeded
from metaia.providers.storage import disposition, download, keys, s3_answers
from metaia.providers.storage.interface import ReadAddress, Stored, UploadAddress
from metaia.providers.storage.s3_signing import S3Auth, path, query

LONGEST = 7 * 24 * 3600  # seconds for which an address can be signed
PER_PAGE = 1000
# How long caches may keep a public object: its key never gets other bytes, and a deletion must reach browsers in a day.
PUBLIC_CACHE = "public, max-age=86400"


@dataclass(frozen=True)
class Bucket:
    """A bucket and its credentials. `path_style`: its name is the first part of the path, not of the host."""

    base_url: str
    name: str
    region: str
    key_id: str
    secret: str
    path_style: bool = True

    @property
    def url(self) -> str:
        base = urlsplit(self.base_url.rstrip("/"))
        if self.path_style:
            return f"{urlunsplit(base)}/{path(self.name)}"
        return urlunsplit(base._replace(netloc=f"{self.name}.{base.netloc}"))


class S3(HttpProvider):
    """Objects of one bucket. `public_url` is the origin (a CDN, an own domain) that serves the keys below `public/`."""

    name = "s3"

    def __init__(self, bucket: Bucket, public_url: str = "") -> None:
        self._auth = S3Auth(bucket.key_id, bucket.secret, bucket.region)
        self.http = VendorClient(bucket.url, self._auth, name="s3")
        self._public_url = public_url.rstrip("/")

    def put(self, key: str, file: Path, content_type: str) -> None:
        """Store the bytes of `file`; the call is signed with their hash."""
        headers = {"Content-Type": content_type}
        if keys.is_public(key):
            headers["Cache-Control"] = PUBLIC_CACHE
        with file.open("rb") as body:
            # requests would send an empty file in chunks
            content = body if file.stat().st_size else b""
            answer = self.http.request("PUT", _path(key), data=content, headers=headers)
        if not succeeded(answer):
            raise s3_answers.error(answer)

    def fetch(self, key: str, file: Path, *, limit: int) -> bool:
        """Write the object's first `limit` + 1 bytes to `file`; return False if there is no object."""
        headers = {"Accept-Encoding": "identity"}
        with self.http.request("GET", _path(key), headers=headers, stream=True) as answer:
            if s3_answers.is_absent(answer):
                return False
            if not succeeded(answer):
                raise s3_answers.error(answer)
            download.save(answer, file, limit=limit)
        return True

    def find(self, key: str) -> Stored | None:
        """Return the object at `key`, or None."""
        answer = self.http.request("HEAD", _path(key), headers={"Accept-Encoding": "identity"})
        if s3_answers.is_absent(answer):
            return None
        if not succeeded(answer):
            raise s3_answers.error(answer)
        return s3_answers.described(key, answer)

    def delete(self, key: str) -> None:
        """Delete the object; no object is success."""
        answer = self.http.delete(_path(key))
        if not succeeded(answer) and not s3_answers.is_absent(answer):
            raise s3_answers.error(answer)

    def listed(self, prefix: str = "") -> Iterator[Stored]:
        """Yield all objects with a key that begins with `prefix`, a thousand in each call."""
        parameters = {"list-type": "2", "max-keys": str(PER_PAGE), "prefix": prefix}
        token: str | None = ""
        while token is not None:
            if token:
                parameters["continuation-token"] = token
            answer = self.http.request("GET", f"/?{query(parameters)}")
            if not succeeded(answer):
                raise s3_answers.error(answer)
            objects, token = s3_answers.page(answer)
            yield from objects

    def read_address(self, wanted: ReadAddress) -> str:
        """Return a signed address, or that of the CDN for a public object. Without a CDN it ends after a week."""
        if wanted.expires_at is None and self._public_url and keys.is_public(wanted.key):
            return f"{self._public_url}{_path(wanted.key)}"
        seconds = _seconds_until(wanted.expires_at)
        overrides = {
            "response-cache-control": f"private, max-age={seconds}",
            "response-content-disposition": disposition.of(wanted.filename),
            "response-content-type": wanted.content_type,
        }
        url = f"{self.http.base_url}{_path(wanted.key)}?{query(overrides)}"
        return self._auth.presigned("GET", url, seconds=seconds)

    def upload_address(
        self, key: str, *, content_type: str, size: int, expires_at: datetime
    ) -> UploadAddress:
        """Return a signed address for a PUT of exactly this length and type."""
        headers = {"Content-Length": str(size), "Content-Type": content_type}
        url = f"{self.http.base_url}{_path(key)}"
        signed = self._auth.presigned("PUT", url, seconds=_seconds_until(expires_at), headers=headers)
        return UploadAddress("PUT", signed, {"Content-Type": content_type}, expires_at)


def _path(key: str) -> str:
    return f"/{path(keys.check(key))}"


def _seconds_until(moment: datetime | None) -> int:
    if moment is None:
        return LONGEST
    return max(1, min(LONGEST, int((moment - datetime.now(UTC)).total_seconds())))
