"""Unicode forms. Devices send the same text in different code points, so texts are compared in one form only.

macOS sends `é` as two code points, full-width letters come from Japanese keyboards, other digits from Arabic ones.
"""

from __future__ import annotations

import unicodedata


def composed(text: str) -> str:
    """Return `text` in NFC, the form in which text is stored (RFC 5198). It looks the same."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def comparable(text: str) -> str:
    """Return the form in which texts are compared: equal for other code points of a letter, and in other case.

    It is the NFKC_Casefold of Unicode without the removal of invisible characters.
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def opaque(text: str) -> str:
    """Return a password in the form of RFC 8265, section 4.2.2: every space is U+0020, and the rest is in NFC.

    Case and width stay: the profile OpaqueString does not map them.
    """
    if text.isascii():
        return text
    spaced = (" " if unicodedata.category(letter) == "Zs" else letter for letter in text)
    return unicodedata.normalize("NFC", "".join(spaced))


def opaque_variants(text: str) -> tuple[str, ...]:
    """Return the forms in which the same password may have been sent: `opaque` first, each once."""
    typed = (opaque(text), text, unicodedata.normalize("NFD", text))
    return tuple(dict.fromkeys(typed))


def ascii_digits(text: str) -> str:
    """Return `text` with the decimal digits of all scripts as 0 to 9."""
    if text.isascii():
        return text
    return "".join(
        letter if (digit := unicodedata.decimal(letter, None)) is None else str(digit) for letter in text
    )
