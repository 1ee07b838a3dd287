import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.core.text import forms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Åsa", "A\u030asa"),
        ("STRASSE", "straße"),
        ("ＡＳＨＡ", "asha"),
        ("ﬁn", "FIN"),
        ("ﾊﾝｶｸ", "ハンカク"),
        ("กำ", "กํา"),
        ("\u1e9bx\u0323", "\u1e9bX\u0323"),
    ],
)
def test_the_same_text_in_other_code_points_is_equal(one, other):
    assert forms.comparable(one) == forms.comparable(other)


@pytest.mark.parametrize(("one", "other"), [("resume", "résumé"), ("и", "й"), ("が", "か"), ("o", "0")])
def test_other_letters_differ(one, other):
    assert forms.comparable(one) != forms.comparable(other)


@given(st.text())
def test_every_form_of_a_text_is_compared_as_one(text):
    once = forms.comparable(text)
    assert forms.comparable(once) == once
    assert forms.comparable(unicodedata.normalize("NFC", text)) == once
    assert forms.comparable(unicodedata.normalize("NFD", text)) == once


@pytest.mark.parametrize(
    ("typed", "opaque"),
    [  # RFC 8265, section 4.3: the same case and width, other spaces
        ("correct horse battery staple", "correct horse battery staple"),
        ("Correct Horse Battery Staple", "Correct Horse Battery Staple"),
        ("πßå", "πßå"),
        ("Jack of \u2666s", "Jack of \u2666s"),
        ("foo\u1680bar", "foo bar"),
        ("caf\u0065\u0301\u00a0ole", "caf\u00e9 ole"),
        ("ｐａｓｓ", "ｐａｓｓ"),
        (" edge ", " edge "),
    ],
)
def test_passwords_have_the_form_of_rfc_8265(typed, opaque):
    assert forms.opaque(typed) == opaque


@given(st.text())
def test_the_form_of_a_password_is_stable(text):
    assert forms.opaque(forms.opaque(text)) == forms.opaque(text)
    assert forms.opaque(unicodedata.normalize("NFD", text)) == forms.opaque(text)


def test_a_password_of_ascii_has_one_form():
    assert forms.opaque_variants("a b-c") == ("a b-c",)
    assert forms.opaque_variants("e\u0301\u00a0") == ("é ", "e\u0301\u00a0")


def test_digits_of_all_scripts_are_read():
    assert forms.ascii_digits("١٢٣ ۴५６ x²") == "123 456 x²"
