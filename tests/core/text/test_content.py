import pytest

from metaia.core.text import content

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    "text",
    ["Asha", "Åsa", "राम", "ક્\u200dષ", "ക\u0d4d\u200d", "علي", "می\u200cخواهم", "ไทย", "衬衫", FAMILY, "❤\ufe0f", "★",
     "7", "!", "\u200fעברית\u200e", "O\u2019Brien", "\U0001fae8"],
)  # fmt: skip
@pytest.mark.parametrize("lines", [True, False])
def test_names_of_all_scripts_are_accepted(text, lines):
    assert content.problem(text, lines=lines) is None
    assert content.trimmed(text) == text


@pytest.mark.parametrize(
    "text", ["\u200b", "\u200d\u200c", "\u2060\ufeff", "\xad", "\u3164", "\u2800", "\u115f\u1160", "\u3000 \u2003",
             "\ufe0f", "\u034f", "\U000e0001\U000e0041", "\u200e\u200f"],
)  # fmt: skip
def test_a_text_needs_a_visible_character(text):
    assert content.problem(text, lines=True) == content.problem(text, lines=False) == content.INVISIBLE


@pytest.mark.parametrize("mark", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_a_line_overrides_no_direction(mark):
    assert content.problem(f"Asha{mark}moc", lines=False) == content.DIRECTION


@pytest.mark.parametrize("mark", "\u202d\u202e")
def test_lines_override_no_direction_either(mark):
    assert content.problem(f"Asha\n{mark}moc", lines=True) == content.DIRECTION
    assert content.problem("Asha\n\u2068Ravi\u2069", lines=True) is None  # as WhatsApp copies a name


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x9f", "\n", "\t", "\r", "\0", "\x7f"])
def test_a_line_has_no_separators(separator):
    assert content.problem(f"Asha{separator}Rao", lines=False) == content.CONTROL


def test_lines_may_be_separated_in_any_way():
    assert content.with_line_feeds("a\u2028b\u2029c\x85d\ne") == "a\nb\nc\nd\ne"


def test_characters_without_width_are_trimmed():
    assert content.trimmed(" \ufeff \u200bAsha\u200b Rao \u2060 ") == "Asha\u200b Rao"
