"""E-mail addresses: one canonical form of a mailbox, by email-validator (RFC 5321, 6531, 5891).

Its part before the @ is in lower case and NFC, its domain in Unicode: browsers send `bücher.example` as Punycode.
"""

from __future__ import annotations

import re
import unicodedata

import idna
from email_validator import EmailNotValidError, validate_email

from metaia.core.text import forms

MAX_LENGTH = 1000  # characters that are read; a mailbox has at most 254
MAX_LOCAL = 64  # octets of UTF-8 before the @ (RFC 5321, 6532)
_DOMAIN = re.compile(r"(?<=@)[^\s<>@]+")
_PUNYCODE = re.compile(r"xn--[a-z0-9-]+", re.IGNORECASE)
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}  # as keyboards for Japanese write
_JOINERS = "\u200c\u200d"  # letters of some scripts need them


def canonical(text: str) -> str:
    """Return the canonical form of an address. Raises ValueError with a reason to show if it is none.

    No mail reaches x@localhost, an IP address or a domain for tests from outside, so these are none.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError("The email address is too long.")
    try:
        found = validate_email(cleaned(text), check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None
    local = unicodedata.normalize("NFC", found.local_part.lower())
    if len(local.encode()) > MAX_LOCAL:  # the package counts characters
        raise ValueError("The email address is too long before the @-sign.")
    return f"{local}@{found.domain}"


def comparable(text: str) -> str:
    """Return the form in which addresses are compared: the canonical one, or lower case of what is no address."""
    if text.isascii() and not _PUNYCODE.search(text):
        return text.strip().lower()
    try:
        return canonical(text)
    except ValueError:
        return cleaned(text[:MAX_LENGTH]).lower()


def variants(text: str) -> tuple[str, ...]:
    """Return the forms in which rows may have the address: as typed, canonical, and with the domain in ASCII.

    Former releases have stored addresses as they were typed, in lower case.
    """
    found = comparable(text)
    typed = text.strip().lower()
    return tuple(dict.fromkeys((typed, found, for_transport(found), unicodedata.normalize("NFD", typed))))


def for_transport(address: str) -> str:
    """Return an address, with or without a name, as mail servers without SMTPUTF8 accept it: with the domain in ASCII.

    A non-ASCII part before the @ has no other form.
    """
    return address if address.isascii() else _DOMAIN.sub(_encoded, address)


def cleaned(text: str) -> str:
    """Return `text` without blanks around it and invisible characters, and with ASCII for its full-width forms."""
    if text.isascii():
        return text.strip()
    kept = (each for each in text if unicodedata.category(each) != "Cf" or each in _JOINERS)
    return forms.composed("".join(kept).translate(_NARROW)).strip()


def readable(text: str) -> str:
    """Return `text` with the domains in it in Unicode: what a search compares with stored addresses."""
    return _PUNYCODE.sub(_decoded, text)


def _encoded(match: re.Match[str]) -> str:
    try:
        return idna.encode(match[0], uts46=True).decode("ascii")
    except idna.IDNAError:
        return match[0]


def _decoded(match: re.Match[str]) -> str:
    try:
        return idna.decode(match[0].lower())
    except idna.IDNAError:
        return match[0]
