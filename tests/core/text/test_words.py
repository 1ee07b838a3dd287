"""Words of all scripts, searched by PostgreSQL."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from metaia.core import db
from metaia.core.text import words
from tests.support.cpu import QUADRATIC, growth

HINDI = "मुझे लाल कुर्ता चाहिए, किताब नहीं"
TAMIL = "எனக்கு சிவப்பு சட்டை வேண்டும்"
THAI = "เสื้อเชิ้ตผ้าลินินสีขาว 2 ตัว กำไล"
CHINESE = "我想买一件红色的衬衫,明天要"
JAPANESE = "緊急です。iPhone用ケースとかわいいネクタイ、なか"
KOREAN = "여성한복을 입은 사진, 빨간 옷"
ARABIC = "أريد كِتَابًا وقميصًا أحمر مـــن الكتان"
PERSIAN = "می\u200cخواهم پیراهن ۲۵"
HEBREW = "חֻלְצָה אדומה"
KHMER, LAO, BURMESE = "អាវពណ៌ក្រហម", "ເສື້ອສີແດງ", "အင်္ကျီအနီ"
BENGALI, MALAYALAM = "লাল শাড়ি", "ചുവന്ന സാരി ക്\u200dഷ"
EMOJI = "Thanks 👍🏽 from 🇮🇳 ❤️ 👨\u200d👩\u200d👧"
FRENCH, VIETNAMESE, POLISH = "Café crème", "Áo dài trắng", "Zażółć gęślą"
GREEK, CYRILLIC = "Πουκάμισο ΆΣΠΡΟ", "Чёрный костюм, май"
SHERWANI = "शेरवानी"
LATIN = "Wedding suit, two-piece Größe M; İstanbul naïve ﬁn ２５"
# Text: (queries that find it, queries that do not).
TABLE = {
    HINDI: ("कुर्ता|किताब|कि|कुर्|लाल कुर्ता|कुर्ता लाल|चाहिए।", "ताब|कर्ता|कमीज"),
    TAMIL: ("சட்டை|சிவப்பு|சட்", "டை|புடவை"),
    THAI: ("ลินิน|ลิน|ผ้าลินิน|สีขาว|ขาว|เ|กำไล|ก\u0e4dาไล", "ลินินขาว|สีดำ"),
    CHINESE: ("衬衫|红色|红色的衬衫|衫|红|明天 衬衫", "色红|红衫|衬衫明天"),
    JAPANESE: ("緊急|ケース|ｹｰｽ|なか|iphone|ＩＰＨＯＮＥ用|急です|タイ", "かな|ネクタイとケース"),
    KOREAN: ("한복|옷|여성", "복한|빨간옷"),
    "\u1112\u1161\u11ab\u1107\u1169\u11a8": ("한복", ""),
    ARABIC: ("كتاب|كِتَابًا|من|وقميص", "قميص"),
    PERSIAN: ("میخواهم|می\u200cخواهم|25|٢٥", ""),
    HEBREW: ("חלצה|אדו", "אדום"),
    KHMER: ("ក្រហម", ""),
    LAO: ("ສີແດງ", "ຊີ"),
    BURMESE: ("အနီ", ""),
    BENGALI: ("শা\u09a1\u09bcি|শা\u09a1\u09bcি", ""),
    MALAYALAM: ("സാരി|ക്ഷ", ""),
    EMOJI: ("👍|👍🏽|🇮🇳|❤|👩|from", "👍🏿|👎"),
    LATIN: (
        "wed|PIECE|GRÖSSE|Gro\u0308ße|fin|25|nai\u0308ve|i\u0307stanbul|grosse|istanbul|naive",
        "edding|großes",
    ),
    FRENCH: ("cafe|café|CAFE\u0301|CREME|crè|creme cafe", "afe|cafés|kreme"),
    "cafe creme": ("café|CRÈME", "cafés"),
    VIETNAMESE: ("ao dai|áo dài|trang|TRẮNG", "dao"),
    POLISH: ("zaż|gesla", "azolc"),
    GREEK: ("πουκαμισο|άσπρο|ΑΣΠΡΟ", "ασπρα"),
    CYRILLIC: ("черный|ЧЁРНЫЙ|маи", "ерный"),
    SHERWANI: ("शेर|शेरवानी|शे", "न|नी|र|शर|शरवानी"),
}
CASES = [
    (query, body, expected)
    for body, sides in TABLE.items()
    for side, expected in zip(sides, (True, False), strict=True)
    for query in filter(None, side.split("|"))
]


@pytest.fixture(autouse=True)
def context(app):
    with app.app_context():
        yield


def found(query: str, *texts: str) -> bool:
    terms = words.terms(query)
    assert terms
    answer = db.fetch_value(
        text("SELECT CAST(:words AS tsvector) @@ CAST(:query AS tsquery)").bindparams(
            words=words.index(texts), query=" & ".join(terms)
        )
    )
    return bool(answer)


@pytest.mark.parametrize(("query", "body", "expected"), CASES)
def test_a_search_finds_words_of_all_scripts(query, body, expected):
    assert found(query, body) is expected


def test_words_that_an_earlier_release_has_stored_are_found_by_their_accents():
    stored = "'café' 'crème'"
    query = text("SELECT CAST(:words AS tsvector) @@ CAST(:query AS tsquery)")
    for asked, expected in (
        ("café", True),
        ("Cafe\u0301 crè", True),
        ("crème thé", False),
        ("café suit", False),
    ):
        values = {"words": stored, "query": " & ".join(words.terms(asked))}
        assert db.fetch_value(query, values) is expected, asked


def test_the_table_is_large():
    assert len(CASES) >= 60


def test_runs_of_different_texts_are_not_beside_each_other():
    assert not found("衬衫红色", "衬衫", "红色")
    assert not found("衫红", "衬衫", "红色")


@pytest.mark.parametrize("nothing", ["", "...", "' & '", "\u200d\u200b", "،؟", "。"])
def test_texts_without_words_have_no_terms(nothing):
    assert words.terms(nothing) == []
    assert words.index([nothing, None]) == ""


@settings(max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
def test_every_text_is_indexed_and_finds_itself(body):
    if words.terms(body):
        assert found(body, "衬衫", body)


@given(st.text(max_size=40))
def test_terms_have_no_syntax_of_their_own(body):
    quoted = " ".join(words.terms(body)).replace(" <-> ", "").replace(":*", "")
    assert not {"\\"} & set(quoted)
    assert quoted.count("'") % 2 == 0


@pytest.mark.parametrize(
    "body",
    [
        "x" * 42_000,
        "e" + "\u0301" * 42_000,
        "ก" + "\u0e49" * 42_000,
        "衬" * 42_000,
        "".join(chr(0x4E00 + n % 20_000) for n in range(42_000)),
        "".join(chr(0x20000 + n * 7 % 40_000) for n in range(42_000)),
        "कि" * 21_000,
        "👨\u200d" * 21_000,
        "कि " * 14_000,
    ],
    ids=["latin", "accents", "tones", "one sign", "Chinese", "rare Chinese", "Hindi", "joined", "words"],
)
def test_the_longest_texts_are_indexed_at_once(body):
    assert words.index([body])
    assert growth(lambda size: words.index([body[:size]]), len(body)) < QUADRATIC / 2
    assert found(body[:100], body)
