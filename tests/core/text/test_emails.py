"""E-mail addresses as the world writes them, with the canonical form that each stands for.

The rows of `email_addresses.tsv`: text, canonical form (`-`: no address), and why, most often the RFC.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from metaia.core.text import emails

FILE = Path(__file__).parent / "email_addresses.tsv"
ROWS = [[plain.encode("ascii", "backslashreplace").decode("unicode_escape") for plain in line.split("\t")]
        for line in FILE.read_text().splitlines()]  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "why"), ROWS)
def test_a_mailbox_has_one_canonical_form(text: str, expected: str, why: str) -> None:
    try:
        found = emails.canonical(text)
    except ValueError:
        assert expected == "-", why
        assert emails.comparable(text) == emails.comparable(emails.comparable(text))
    else:
        assert found == expected, why
        assert emails.canonical(found) == emails.comparable(text) == found
        assert emails.canonical(emails.for_transport(found)) == found
        assert {found, emails.for_transport(found)} <= set(emails.variants(text))


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("asha@example.com", "asha@example.com"), ("x@bücher.example", "x@xn--bcher-kva.example"),
        ("jürgen@bücher.example", "jürgen@xn--bcher-kva.example"),
        ("METAIA <x@bücher.example>", "METAIA <x@xn--bcher-kva.example>"),
        ("METAIA ü <x@example.com>", "METAIA ü <x@example.com>"), ("x@💩.example", "x@💩.example"), ("", ""),
    ],
)  # fmt: skip
def test_domains_are_sent_in_ascii(address: str, sent: str) -> None:
    assert emails.for_transport(address) == sent


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("xn--bcher-kva", "bücher"),
        ("X@XN--BCHER-KVA.example", "X@bücher.example"),
        ("xn--0", "xn--0"),
        ("asha", "asha"),
    ],
)
def test_a_search_reads_punycode(text: str, shown: str) -> None:
    assert emails.readable(text) == shown
