"""Names of files from clients."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.core.text import filenames


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.txt"),
        ("C:\\Users\\A\\notes.txt", "notes.txt"),
        ("x.bat", "x.bat.txt"),
        ("तस्वीर.txt", "तस्वीर.txt"),
        ("e\u0301.TXT", "\u00e9.TXT"),
        ("a\r\nb\0.txt", "ab.txt"),
        ("gnp\u202etxt.md", "gnptxt.md"),
        ("👨\u200d👩\u200d👧.md", "👨\u200d👩\u200d👧.md"),
        ("", "file.txt"),
        (" .. ", "file.txt"),
        ('<"|?*>', "file.txt"),
    ],
)
def test_names_keep_their_text_only(given: str, kept: str) -> None:
    assert filenames.safe(given, default="file", extensions=("txt", "md")) == kept


@given(st.text(max_size=400))
def test_every_name_becomes_a_short_one_with_an_accepted_extension(name: str) -> None:
    kept = filenames.safe(name, default="file", extensions=("txt", "md"))
    assert 0 < len(kept) <= filenames.MAX_LENGTH
    assert kept.rpartition(".")[2].lower() in {"txt", "md"}
    assert not set(kept) & set("/\\\0\r\n\u202e")
