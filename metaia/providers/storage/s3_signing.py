"""Signature Version 4 of S3, made by botocore's signers: on our own calls, and in addresses for clients.

Its clients are not used: they add checksums (`x-amz-checksum-*`, `aws-chunked`) that R2, Backblaze and Ceph refuse.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from requests import PreparedRequest
from requests.auth import AuthBase

SERVICE = "s3"
SIGNED = ("Content-Type", "Cache-Control")  # and `x-amz-…`, of the headers that a call has


class S3Auth(AuthBase):
    """Signs each call with the hash of its body, after `requests` has prepared its address."""

    def __init__(self, key_id: str, secret: str, region: str) -> None:
        self._credentials, self._region = Credentials(key_id, secret), region

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        headers = {name: request.headers[name] for name in SIGNED if name in request.headers}
        signed = AWSRequest(request.method, request.url, headers, request.body)
        S3SigV4Auth(self._credentials, SERVICE, self._region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return request

    def presigned(
        self, method: str, url: str, *, seconds: int, headers: Mapping[str, str] | None = None
    ) -> str:
        """Return an address that is valid for `seconds`. A client must send exactly these `headers` with it."""
        request = AWSRequest(method, url, dict(headers or {}))
        S3SigV4QueryAuth(self._credentials, SERVICE, self._region, expires=seconds).add_auth(request)
        signed: str = request.url
        return signed


def path(text: str) -> str:
    """Return a path with each character escaped that is not unreserved (RFC 3986): S3 signs it in this form."""
    return quote(text, safe="/~")


def query(parameters: Mapping[str, str]) -> str:
    """Return a query in the form that S3 signs: spaces are %20, not a plus."""
    return urlencode(parameters, quote_via=quote, safe="~")
