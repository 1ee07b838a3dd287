"""Telephone numbers: one canonical form, E.164 (ITU-T), of numbers as people and vendors write them.

libphonenumber's metadata decides which numbers exist. What it does not accept is changed only where no other meaning
is possible: `_alternatives` lists these changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import phonenumbers
from flask import current_app
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from metaia.core.text import forms

MAX_LENGTH = 200  # characters, invisible ones included; a longer text is refused unread
SHORTEST_SEARCH = 3  # digits; fewer are part of every number
_SCHEME = re.compile(r"(?i)(?:tel|callto|sms|smsto|whatsapp|rcs):(?://)?")
_LABEL = re.compile(
    r"(?i)(?:tele?(?:phone)?|phone|ph|mob(?:ile)?|cell|sms|whatsapp|[☎✆✉📞📱📲])[\s.:]*(?=[+(\d])"
)
_SEPARATORS = re.compile(r"[\s./'’·•・ー~⁓∼_\[\]]|[‐-―−]")
_EXTENSION = re.compile(r"(?i)[\s,;]*(?:;ext=|extension|extn?\.?|x|#|доб\.?|anexo|,)[\s:.=]*(\d{1,7})#?$")
_NUMBER = re.compile(r"\+*[\d() -]*\d[\d() -]*")
_VANITY = re.compile(r"\+?[\d() -]{3,}[A-Za-z]{3}[A-Za-z\d -]*")  # 1-800-FLOWERS
_WRITTEN_APART = re.compile(r"\+?\d[\d\s()./-]{4,}\d")
# Numbers that were valid until their plan changed, and still are in address books and vendors' calls.
_RENUMBERED = (
    (re.compile(r"521(\d{10})"), r"+52\1"),  # Mexico, 2019: mobiles lost the 1
    (re.compile(r"229(\d{8})"), r"+22901\1"),  # Benin, 2024: all numbers begin with 01
)


@dataclass(frozen=True)
class Telephone:
    """A number in E.164. Text messages do not reach a number with an extension: that is a switchboard."""

    e164: str
    extension: str | None = None


def parse(text: str, region: str | None = None) -> Telephone:
    """Return the number that `text` stands for; without a country code it belongs to `region`, else to PHONE_REGION.

    Raises ValueError if it is no number that exists.
    """
    region = region or current_app.config["PHONE_REGION"]
    if len(text) > MAX_LENGTH or _has_numerals(text):
        raise ValueError("not a telephone number")
    plain = unicodedata.normalize("NFKC", visible(text)).strip()
    number, extension = _without_extension(_without_scheme(plain))
    number = re.sub(" +", " ", _SEPARATORS.sub("-", number)).strip(" -;").removeprefix("(")
    for each in _alternatives(number):
        found = _parsed(each, region)
        if found is not None:
            return Telephone(phonenumbers.format_number(found, PhoneNumberFormat.E164), extension)
    raise ValueError("not a telephone number")


def canonical(text: str | None, region: str | None = None) -> str | None:
    """Return the number in E.164, None if `text` is not a number."""
    try:
        return parse(text or "", region).e164
    except ValueError:
        return None


def for_messages(text: str | None, e164: str | None) -> str | None:
    """Return the number to which text messages go, None if there is none.

    `text` is what the user typed. `e164` is what `parse` made of it then, by the PHONE_REGION of that time; None in
    rows that a former release has written.
    """
    if not text:
        return None
    try:
        found = parse(text, _region_of(e164) if e164 else None)
    except ValueError:
        return e164
    return None if found.extension else found.e164


def of_vendor(text: str) -> str:
    """Return the sender or recipient of a message in E.164. Vendors write it with or without `+`, and with a scheme.

    A short code, a name or a number that does not exist is returned as it is.
    """
    bare = _SCHEME.sub("", text.strip(), count=1)
    digits = re.sub(r"[\s().-]", "", bare.removeprefix("+"))
    if not (digits.isascii() and digits.isdigit()):
        return bare
    return canonical(f"+{digits.removeprefix('00')}") or f"+{digits}"


def visible(text: str) -> str:
    """Return `text` without invisible characters: address books mark the direction of numbers with some."""
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


def search_digits(text: str) -> str | None:
    """Return the digits that a number in E.164 contains if `text` is a part of it, None if it cannot be one."""
    plain = unicodedata.normalize("NFKC", visible(text)).strip()
    body = _SEPARATORS.sub("-", _without_scheme(plain))
    if not _NUMBER.fullmatch(body):
        return None
    digits = re.sub(r"\D", "", forms.ascii_digits(body.replace("(0)", ""))).lstrip("0")
    return digits if len(digits) >= SHORTEST_SEARCH else None


def search_words(text: str) -> tuple[str, list[str]]:
    """Return `text` without what can be telephone numbers, and one word for each of these: see `index_words`."""
    plain = _SEPARATORS.sub("-", _SCHEME.sub(" ", unicodedata.normalize("NFKC", visible(text))))
    runs = _WRITTEN_APART.findall(plain)
    found = ((canonical(run) or "").lstrip("+") or search_digits(run) for run in runs)
    return _WRITTEN_APART.sub("-", plain), [word for word in found if word]


def index_words(e164: str) -> list[str]:
    """Return the words under which a search by the beginning of words finds a number: with and without country code."""
    national = phonenumbers.national_significant_number(phonenumbers.parse(e164))
    return list(dict.fromkeys([e164.lstrip("+"), national, national.lstrip("0")]))


def _region_of(e164: str) -> str | None:
    region = phonenumbers.region_code_for_number(phonenumbers.parse(e164))
    return region if region in phonenumbers.SUPPORTED_REGIONS else None  # not 001, of satellites and +800


def _has_numerals(text: str) -> bool:
    """Return whether `text` has ½, ² or ①, which normalisation would make digits of the number."""
    return any(each.isnumeric() and not each.isdecimal() for each in text)


def _without_scheme(text: str) -> str:
    """Return the number and extension of a URI (RFC 3966), or a number without a label such as `Tel.:`."""
    match = _SCHEME.match(text)
    if match is None:
        return _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
    number, *parameters = unquote(text[match.end() :]).partition("?")[0].split(";")
    given = {name.lower(): value for name, _, value in (each.partition("=") for each in parameters)}
    context = given.get("phone-context", "")
    prefix = context if context.startswith("+") and not number.startswith("+") else ""
    return prefix + number + (f";ext={given['ext']}" if given.get("ext") else "")


def _without_extension(text: str) -> tuple[str, str | None]:
    match = _EXTENSION.search(text)
    return (text, None) if match is None else (text[: match.start()], forms.ascii_digits(match[1]))


def _alternatives(number: str) -> Iterator[str]:
    """Yield `number` and, for the case that it is none, what people mean who write it so."""
    if not (_NUMBER.fullmatch(number) or _VANITY.fullmatch(number)):
        return
    yield number
    if "(0)" in number:  # a trunk prefix that the country does not have
        yield number.replace("(0)", "")
    digits = re.sub(r"\D", "", number)
    if digits.startswith("00"):  # the international prefix of another country than the region
        yield "+" + digits.lstrip("0")
    if number.startswith("+") or digits.startswith("00"):
        for old, new in _RENUMBERED:
            if old.fullmatch(digits.lstrip("0")):
                yield old.sub(new, digits.lstrip("0"))


def _parsed(text: str, region: str) -> PhoneNumber | None:
    try:
        found = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(found):
        return None
    if _VANITY.fullmatch(text) and phonenumbers.number_type(found) != PhoneNumberType.TOLL_FREE:
        return None  # more likely a number and a word
    return found
