"""Signed addresses of the local store: HMAC-SHA256 over all that an address grants. Pure.

A query states what is served and until when; a token states what may be uploaded. Each has a purpose of its own, so no
signature of one is valid for the other. The current key signs, and all keys verify (key rotation).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from itsdangerous import BadData, Signer, URLSafeSerializer

from metaia.providers.storage.interface import ReadAddress

READ, UPLOAD = "metaia media read", "metaia media upload"
TYPE, FILENAME, UNTIL, SIGNATURE = "type", "filename", "until", "signature"  # parameters of a query
MAX_DIGITS = 12  # of seconds since 1970


class Refused(Exception):
    """The signature is missing or wrong."""


class Expired(Refused):
    """The address was valid, and its time is up."""


@dataclass(frozen=True)
class Upload:
    """What a token grants: exactly `size` bytes of `content_type` at `key`, until `expires_at`."""

    key: str
    content_type: str
    size: int
    expires_at: datetime


class AddressSigner:
    """Signs and verifies with `keys`, the current one first."""

    def __init__(self, keys: Sequence[str]) -> None:
        in_order = list(keys)[::-1]  # itsdangerous signs with the last one
        self._reads = Signer(in_order, salt=READ, key_derivation="hmac", digest_method=hashlib.sha256)
        how = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._uploads = URLSafeSerializer(in_order, salt=UPLOAD, signer_kwargs=how)

    def sign_read(self, wanted: ReadAddress) -> str:
        """Return the query of an address, signed together with its key. Times are cut to whole seconds."""
        granted = {TYPE: wanted.content_type}
        if wanted.filename is not None:
            granted[FILENAME] = wanted.filename
        if wanted.expires_at is not None:
            granted[UNTIL] = str(int(wanted.expires_at.timestamp()))
        signature = self._reads.get_signature(_signed(wanted.key, granted)).decode()
        return urlencode({**granted, SIGNATURE: signature})

    def verify_read(self, key: str, query: Mapping[str, str], *, at: datetime) -> ReadAddress:
        """Return what an address grants. Raises Refused, and Expired if its time was up `at` the request."""
        granted = {name: value for name, value in query.items() if name != SIGNATURE}
        try:
            valid = self._reads.verify_signature(_signed(key, granted), query.get(SIGNATURE, ""))
        except ValueError:  # half of a surrogate pair in it
            valid = False
        until = granted.get(UNTIL)
        if not valid or TYPE not in granted or (until is not None and not _is_time(until)):
            raise Refused
        expires_at = None if until is None else datetime.fromtimestamp(int(until), UTC)
        if expires_at is not None and at >= expires_at:
            raise Expired
        return ReadAddress(key, granted[TYPE], expires_at, granted.get(FILENAME))

    def sign_upload(self, upload: Upload) -> str:
        """Return a token of the characters A-Z a-z 0-9 - _ and dots."""
        until = int(upload.expires_at.timestamp())
        token: str = self._uploads.dumps([upload.key, upload.content_type, upload.size, until])
        return token

    def verify_upload(self, token: str, *, at: datetime) -> Upload:
        """Return what a token grants. Raises Refused, and Expired if its time was up `at` the request."""
        try:
            key, content_type, size, until = self._uploads.loads(token)
        except (BadData, ValueError):
            raise Refused from None
        upload = Upload(key, content_type, size, datetime.fromtimestamp(until, UTC))
        if at >= upload.expires_at:
            raise Expired
        return upload


def _signed(key: str, granted: Mapping[str, str]) -> bytes:
    """Return the signed bytes. JSON keeps apart what a plain join would mix up."""
    return json.dumps([key, sorted(granted.items())]).encode()


def _is_time(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS
