"""What an S3-compatible store answers: XML of pages and errors. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from requests import Response

from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.http import failure
from metaia.providers.storage.interface import Stored

# Codes that a repetition may cure, although their status is 4xx
BUSY = {"RequestTimeout", "SlowDown", "OperationAborted", "ConditionalRequestConflict", "InternalError"}
TOO_LARGE = {"EntityTooLarge", "EntityTooSmall"}
ABSENT = {"NoSuchKey", ""}  # an answer to HEAD has no body


def error(answer: Response) -> Temporary | Permanent | Technical:
    """Return the error for a failed call. Its text has the status and S3's code, and no address, bucket or key."""
    code = error_code(answer)
    if code in BUSY:
        return Temporary(f"{answer.status_code} {code}")
    if code in TOO_LARGE:
        return Permanent(f"{answer.status_code} {code}")
    return failure(answer, code)


def error_code(answer: Response) -> str:
    """Return the code of an error, such as NoSuchKey; an empty text if the body has none."""
    try:
        code = fromstring(answer.content).findtext("Code") if answer.content else ""
    except (ParseError, DefusedXmlException, ValueError):
        code = ""
    return "".join(each for each in code or "" if each.isascii() and each.isalnum())[:60]


def is_absent(answer: Response) -> bool:
    """Return whether an answer states that there is no such object; a missing bucket is another error."""
    return answer.status_code == 404 and error_code(answer) in ABSENT


def page(answer: Response) -> tuple[list[Stored], str | None]:
    """Return the objects of a page of ListObjectsV2, and the token of the next page. Raises Technical."""
    try:
        root = fromstring(answer.content)
        objects = list(_objects(root))
    except (ParseError, DefusedXmlException, ValueError, TypeError):
        raise Technical("the list of objects is not what ListObjectsV2 answers") from None
    return objects, root.findtext("{*}NextContinuationToken") or None


def described(key: str, answer: Response) -> Stored:
    """Return the object of an answer to HEAD. Raises Technical if it lacks its size or time."""
    try:
        modified_at = parsedate_to_datetime(answer.headers["Last-Modified"])
        return Stored(key, int(answer.headers["Content-Length"]), modified_at.astimezone(UTC))
    except (KeyError, ValueError):
        raise Technical("the answer to HEAD has no size or no time") from None


def _objects(root: Element) -> Iterator[Stored]:
    for each in root.iterfind("{*}Contents"):
        modified_at = datetime.fromisoformat(each.findtext("{*}LastModified", ""))
        size = int(each.findtext("{*}Size", ""))
        yield Stored(each.findtext("{*}Key", ""), size, modified_at.astimezone(UTC))
