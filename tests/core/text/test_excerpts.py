"""Where a text matches a search, in all scripts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from metaia.core.text import excerpts, words
from tests.core.text.test_words import CASES

LATIN = "Please send the INVOICE for the linen shirts by Friday"


def shown(text: str, query: str) -> list[str]:
    return [text[start : start + length] for start, length in excerpts.matches(text, query)]


def test_matches_are_those_of_the_search_in_all_scripts():
    for query, body, expected in CASES:
        assert bool(excerpts.matches(body, query)) is expected, (query, body)


def test_a_match_is_what_the_query_names():
    assert shown(LATIN, "invo the") == ["the", "INVO", "the"]
    assert shown("我想买一件红色的衬衫,衬衫", "衬衫") == ["衬衫", "衬衫"]
    assert shown("เสื้อเชิ้ตผ้าลินินสีขาว", "ลินิน") == ["ลินิน"]
    assert shown("मुझे लाल कुर्ता चाहिए", "कुर्ता") == ["कुर्ता"]
    assert shown("ｹｰｽ と ＩＰＨＯＮＥ", "ケース iph") == ["ｹｰｽ", "ＩＰＨ"]
    assert shown("Thanks 👍🏽!", "👍") == ["👍🏽"]


def test_an_excerpt_is_around_the_first_match_and_has_its_matches():
    text = "word " * 60 + "linen shirt " + "and more " * 60
    part, inside = excerpts.excerpt(text, "linen shirt")
    assert part.startswith("…word ")
    assert part.endswith("…")
    assert len(part) <= excerpts.LONGEST + 2
    assert [part[start : start + length] for start, length in inside] == ["linen", "shirt"]


def test_the_first_match_of_a_long_text_is_found_in_all_scripts():
    for filler, text in (("in a line of ", "linen "), ("一件", "衬衫"), ("ﷺ ", "كتاب "), ("लाल ", "कुर्ता ")):
        part, inside = excerpts.excerpt(filler * 400 + text + filler * 400, text)
        assert [part[start : start + length] for start, length in inside] == [text.strip()], text


def test_a_short_text_is_its_own_excerpt():
    assert excerpts.excerpt("one\nline", "two") == ("one line", [])
    assert excerpts.excerpt("", "two") == ("", [])


@given(st.text(max_size=400), st.text(max_size=10))
def test_every_text_has_an_excerpt_with_matches_inside_of_it(text: str, query: str):
    found = excerpts.matches(text, query)
    part, inside = excerpts.excerpt(text, query)
    assert len(part) <= excerpts.LONGEST + 2
    assert all(start >= 0 and length > 0 and start + length <= len(part) for start, length in inside)
    assert all(words.comparable(text[start : start + length]) for start, length in found)
