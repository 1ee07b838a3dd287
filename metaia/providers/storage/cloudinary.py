"""The store at Cloudinary. The `cloudinary` package signs and calls; each call has its own credentials.

Images below `public/` have the delivery type `upload` and addresses of the CDN. Everything else is `authenticated` and
read by an address of the download API, which expires: a signed address of the CDN would be valid for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from cloudinary import api, exceptions, uploader, utils
from urllib3 import Timeout

from metaia.providers import http
from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.http import HttpProvider, NoAuth, VendorClient, succeeded
from metaia.providers.storage import cloudinary_names, download, keys
from metaia.providers.storage.cloudinary_account import Account
from metaia.providers.storage.cloudinary_names import AUTHENTICATED, IMAGE, RAW, UPLOAD
from metaia.providers.storage.interface import ReadAddress, Stored, UploadAddress

SIGNATURE_LIFE = timedelta(hours=1)  # from its timestamp; Cloudinary's rule
PER_PAGE = 500
MISSING, DONE = "not found", "ok"
Json = dict[str, Any]


class Cloudinary(HttpProvider):
    """Assets of one account. `public_url` is an own domain of the account's CDN; notifications go to `callback`."""

    name = "cloudinary"

    def __init__(self, account: Account, base_url: str, public_url: str = "", callback: str = "") -> None:
        self._account, self._options = account, account.options(base_url)
        self._public_url, self._callback = public_url.rstrip("/"), callback
        self.http = VendorClient(base_url, NoAuth(), name="cloudinary")

    def put(self, key: str, file: Path, content_type: str) -> None:  # noqa: ARG002 - the extension states the type
        """Store the bytes of `file`. A repetition after a lost answer changes nothing."""
        name = cloudinary_names.of(key)
        fixed = {"public_id": name.public_id, "overwrite": False, "filename": Path(key).name}
        self._call(uploader.upload, str(file), **fixed, **name.options())

    def fetch(self, key: str, file: Path, *, limit: int) -> bool:
        """Write the object's first `limit` + 1 bytes to `file`; return False if there is no object."""
        path = self._download(key, expires_at=datetime.now(UTC) + timedelta(minutes=5)).removeprefix(
            self.http.base_url
        )
        with self.http.request("GET", path, headers={"Accept-Encoding": "identity"}, stream=True) as answer:
            if answer.status_code == 404:
                return False
            if not succeeded(answer):
                raise http.failure(answer)
            download.save(answer, file, limit=limit)
        return True

    def find(self, key: str) -> Stored | None:
        """Return the object at `key`, or None."""
        name = cloudinary_names.of(key)
        try:
            found = self._call(api.resource, name.public_id, **name.options())
        except _NotFound:
            return None
        return _stored(key, found)

    def delete(self, key: str) -> None:
        """Delete the object, its derived versions, and the copies of the CDN; no object is success."""
        name = cloudinary_names.of(key)
        result = self._call(uploader.destroy, name.public_id, invalidate=True, **name.options()).get("result")
        if result not in {DONE, MISSING}:
            raise Technical("destroy answered neither ok nor not found")

    def listed(self, prefix: str = "") -> Iterator[Stored]:
        """Yield all objects with a key that begins with `prefix`, five hundred in each call."""
        for resource_type in (IMAGE, RAW):
            for delivery in (UPLOAD, AUTHENTICATED):
                for found in self._assets(resource_type=resource_type, type=delivery, prefix=prefix):
                    yield _stored(cloudinary_names.key_of(resource_type, str(found["public_id"])), found)

    def _assets(self, **options: str) -> Iterator[Json]:
        more: Json = {}
        while True:
            page = self._call(api.resources, max_results=PER_PAGE, **options, **more)
            yield from http.json_objects(page.get("resources"))
            if not page.get("next_cursor"):
                return
            more = {"next_cursor": page["next_cursor"]}

    def read_address(self, wanted: ReadAddress) -> str:
        """Return an address of the CDN for a public image, else one of the download API that expires.

        The download API takes no file name: a download has the name of the key. No address of it outlives an hour.
        """
        name = cloudinary_names.of(wanted.key)
        if wanted.expires_at is not None or name.delivery != UPLOAD:
            expires_at = wanted.expires_at or datetime.now(UTC) + SIGNATURE_LIFE
            return self._download(wanted.key, expires_at=expires_at, attachment=wanted.filename is not None)
        own = urlsplit(self._public_url)
        domain = {"secure_distribution": own.netloc, "private_cdn": True} if own.netloc else {}
        address, _ = utils.cloudinary_url(
            name.public_id, **name.options(), **domain, format=name.format, cloud_name=self._account.cloud,
            api_secret=self._account.secret, signature_algorithm=self._account.algorithm, sign_url=True, secure=True,
            auth_token=False,
        )  # fmt: skip
        return urlunsplit(urlsplit(address)._replace(scheme=own.scheme)) if own.scheme else str(address)

    def upload_address(
        self,
        key: str,
        *,
        content_type: str,  # noqa: ARG002 - the key's extension states the format
        size: int,  # noqa: ARG002
        expires_at: datetime,
    ) -> UploadAddress:
        """Return what a client must post. The signature pins all parameters, and ends at `expires_at`.

        Cloudinary signs no size: after the upload `find` states the true one.
        """
        name = cloudinary_names.of(key)
        fields: Json = {
            "public_id": name.public_id,
            "type": name.delivery,
            "overwrite": "0",
            "allowed_formats": keys.extension(key),
            "timestamp": int((expires_at - SIGNATURE_LIFE).timestamp()),
        }
        if self._callback:
            fields["notification_url"] = self._callback
        signed = utils.sign_request(fields, self._options)
        url = utils.cloudinary_api_url("upload", resource_type=name.resource_type, **self._options)
        return UploadAddress(
            "POST", url, {}, expires_at, {field: str(value) for field, value in signed.items()}
        )

    def _download(self, key: str, *, expires_at: datetime, attachment: bool = False) -> str:
        name = cloudinary_names.of(key)
        address: str = utils.private_download_url(
            name.public_id, name.format, **name.options(), **self._options,
            expires_at=int(expires_at.timestamp()), attachment=attachment or None,
        )  # fmt: skip
        return address

    def _call(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Json:
        """Call the package, and raise our errors instead of its own, without their texts: these contain addresses."""
        connect, read = http.TIMEOUTS
        try:
            found: Json = function(
                *arguments, **self._options, **options, timeout=Timeout(connect=connect, read=read)
            )
        except exceptions.NotFound:
            raise _NotFound("404 Cloudinary has no such asset") from None
        except (exceptions.RateLimited, exceptions.GeneralError):
            raise Temporary("Cloudinary is busy, or fails") from None
        except exceptions.BadRequest:
            raise Permanent("400 Cloudinary refuses the file or its name") from None
        except (exceptions.AuthorizationRequired, exceptions.NotAllowed):
            raise Technical("Cloudinary refuses our credentials") from None
        except exceptions.Error:
            raise Temporary("no answer of Cloudinary in time, or one that is no JSON") from None
        return found


class _NotFound(Technical):
    pass


def _stored(key: str, found: Json) -> Stored:
    try:
        return Stored(
            key, int(found["bytes"]), datetime.fromisoformat(str(found["created_at"])).astimezone(UTC)
        )
    except (KeyError, ValueError, TypeError):
        raise Technical("Cloudinary's answer has no size or no time") from None
