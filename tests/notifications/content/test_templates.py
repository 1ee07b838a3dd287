"""The texts of notifications: complete in each language and channel, and harmless whatever their values are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from jinja2 import StrictUndefined

from metaia.notifications.content import messages, preview, sms_segments, templates
from metaia.notifications.registry import (
    EMAIL,
    EXTERNAL_CHANNELS,
    IN_APP,
    NOTIFICATION_TYPES,
    PUSH,
    SMS,
    NotificationType,
)
from metaia.notifications.suppressions.notifications import UNREACHABLE
from metaia.notifications.suppressions.policy import REASONS
from metaia.providers.errors import Permanent
from metaia.providers.messaging.smtp import Smtp
from tests.support.smtp_server import mailbox

HOSTILE = (
    "{{ 7*7 }} {% block x %} <script>alert(1)</script> & \"'\r\nBcc: all@example.com\u2028\x1b[31m \x85x"
)
ECHO = NotificationType("test_echo", "order", (IN_APP, EMAIL, SMS, PUSH), sample={"name": HOSTILE})
WORDS = {
    "en": """{% block test_echo__title %}{{ name }}{% endblock %}
             {% block test_echo__message %}In all, {{ name }}{% endblock %}
             {% block test_echo__sms %}By SMS{% endblock %}""",
    "de": "{% block test_echo__message %}Alles{% endblock %}",
    "zh": "{% block test_echo__title %}zh{% endblock %}",
    "zh-Hant": "{% block test_echo__message %}zh-Hant{% endblock %}",
}


@pytest.fixture(scope="module", autouse=True)
def _echo(app: Flask, server: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder: Path = tmp_path_factory.mktemp("words")
    for locale, text in WORDS.items():
        (folder / f"{locale}.jinja").write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(templates.TEMPLATE_FOLDERS.of(app), folder, None)
        patch.setitem(NOTIFICATION_TYPES.of(app), ECHO.name, ECHO)
        yield


@pytest.fixture
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def types() -> list[NotificationType]:
    types = NOTIFICATION_TYPES.current().values()
    return [type_ for type_ in types if not type_.name.startswith("test_")]


@pytest.fixture
def shipped() -> list[str]:
    """Give the locales that METAIA ships."""
    here = Path(templates.__file__).parents[2]
    return sorted({path.stem for path in here.glob("**/templates/*.jinja")})


@pytest.mark.usefixtures("request_context")
def test_every_notice_can_be_said_in_every_language_on_every_channel(
    shipped: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value that a sample lacks would be a gap in a real mail."""
    monkeypatch.setattr(templates._environment, "undefined", StrictUndefined)
    assert {"de", "en", "hi"} <= set(shipped)
    for type_ in types():
        for locale in shipped:
            for channel in preview.channels(type_):
                shown = preview.parts(type_, channel, locale)
                assert all(shown.values()), (type_.name, locale, channel)
                title = shown.get("title") or shown.get("subject") or ""
                assert len(title) <= templates.MAX_TITLE_LENGTH
                assert "{" not in title + shown.get("message", "") + shown.get("body", "")
                if channel == SMS:
                    assert sms_segments.size(shown["text"]).segments <= 3, (type_.name, locale)


def blocks(locale: str) -> set[str]:
    """Return the names of all blocks that METAIA ships in a locale."""
    here = Path(templates.__file__).parents[2]
    texts = [path.read_text() for path in here.glob(f"**/templates/{locale}.jinja")]
    return {name for text in texts for name in templates._environment.from_string(text).blocks}


def test_what_is_said_in_english_is_said_in_every_language(shipped: list[str]) -> None:
    for locale in shipped:
        assert blocks(locale) == blocks("en"), locale


def test_every_word_is_of_something_there_is() -> None:
    screens = {"action", "digest", "mail", "unsubscribe_ask", "unsubscribe_done", "unsubscribe_undone"}
    known = (
        {type_.name for type_ in types()} | {f"channel_{channel}" for channel in EXTERNAL_CHANNELS} | screens
    )
    known |= {f"category_{type_.category}" for type_ in types()} | {"category_security"}
    known |= {f"suppression_{reason}" for reason in REASONS} | {UNREACHABLE.name}
    assert {name.rpartition("__")[0] for name in blocks("en")} == known
    layout = {name.rpartition("__")[2] for name in blocks("en") if name.startswith("mail__")}
    assert layout == set(messages.MAIL_PARTS)
    buttons = {name.rpartition("__")[2] for name in blocks("en") if name.startswith("action__")}
    assert buttons == {action for type_ in types() for action in type_.actions}


def test_a_notice_without_words_is_a_mistake() -> None:
    with pytest.raises(LookupError, match="never_said"):
        templates.render("never_said", "en", {})


@pytest.mark.parametrize(
    ("locale", "channel", "expected"),
    [
        ("en", "message", "In all, x"),
        ("en", SMS, "By SMS"),
        ("fr", SMS, "By SMS"),
        ("de", SMS, "Alles"),  # the German text, though it is not the one for SMS
        ("de-AT", EMAIL, "Alles"),
        ("zh-Hant-TW", EMAIL, "zh-Hant"),
        ("zh-Hans", EMAIL, "In all, x"),
        ("../../../etc/passwd", EMAIL, "In all, x"),
        ("", EMAIL, "In all, x"),
    ],
)
def test_the_nearest_language_speaks(locale: str, channel: str, expected: str) -> None:
    assert templates.render(ECHO.name, locale, {"name": "x"}, channel=channel).message == expected


def test_parts_may_come_from_different_languages() -> None:
    words = templates.render(ECHO.name, "zh-Hant-TW", {"name": "x"})
    assert (words.title, words.message) == ("zh", "zh-Hant")


def test_what_people_write_is_said_as_it_is_but_on_one_line() -> None:
    words = templates.render(ECHO.name, "en", {"name": HOSTILE})
    expected = "{{ 7*7 }} {% block x %} <script>alert(1)</script> & \"' Bcc: all@example.com [31m x"
    assert (words.title, words.message) == (expected, f"In all, {expected}")


def test_a_title_is_never_too_long_for_its_column() -> None:
    assert len(templates.render(ECHO.name, "en", {"name": "x" * 500}).title) == templates.MAX_TITLE_LENGTH


@pytest.mark.usefixtures("request_context")
def test_text_is_never_escaped_and_html_always() -> None:
    shown = preview.parts(ECHO, EMAIL, "en")
    assert "<script>alert(1)</script> & \"'" in shown["text"]
    assert "<script>" not in shown["html"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;&#39;" in shown["html"]
    assert "{{ 7*7 }}" in shown["html"]
    for channel in (PUSH, IN_APP):
        assert "<script>alert(1)</script>" in preview.parts(ECHO, channel, "en")["title"]


@pytest.mark.usefixtures("request_context")
def test_nothing_that_people_write_becomes_a_header() -> None:
    mail = messages.compose([preview._delivery(ECHO, EMAIL, "en")], "smtp")
    with mailbox() as smtp, closing(Smtp(smtp.url)) as provider:
        provider.send(mail)  # type: ignore[arg-type]
    [arrived] = smtp.mails
    assert arrived["Subject"].startswith("{{ 7*7 }}")
    assert set(arrived.keys()) == {
        "From", "To", "Subject", "Message-ID", "Date", "MIME-Version", "Content-Type",
        "List-Unsubscribe", "List-Unsubscribe-Post",
    }  # fmt: skip


@pytest.mark.usefixtures("request_context")
def test_nor_does_what_an_admin_writes_into_a_campaign() -> None:
    row = SimpleNamespace(**vars(preview._delivery(ECHO, EMAIL, "en")))
    row.campaign_id, row.title, row.message = "1", "Hello\r\nBcc: all@example.com", "Hello"
    mail = messages.compose([row], "smtp")  # type: ignore[list-item]
    with mailbox() as smtp, pytest.raises(Permanent):
        Smtp(smtp.url).send(mail)  # type: ignore[arg-type]
    assert smtp.mails == []


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["notifications", "preview", *arguments])


def test_the_command_shows_one_notice_on_all_its_channels(app: Flask) -> None:
    result = run(app, "order_ready")
    assert result.exit_code == 0, result.output
    for line in (
        "order_ready, in_app, en",
        "title: Order ready",
        "order_ready, email, en",
        "subject: Order ready",
        "html: <!doctype html>",
        "order_ready, sms, en",
        "text: Your order M1042 is ready.",
        "size: GSM-7, 26 units, segments: 1",
        "order_ready, push, en",
        "body: Your order M1042 is ready.",
    ):
        assert f"{line}" in result.output


def test_the_command_shows_one_channel_in_another_language(app: Flask) -> None:
    result = run(app, "order_ready", "--locale", "hi", "--channel", "sms")
    assert "आपका ऑर्डर M1042 तैयार है।" in result.output
    assert "size: UCS-2" in result.output
    assert "email" not in result.output


def test_the_command_shows_everything_there_is(app: Flask) -> None:
    result = run(app)
    assert result.exit_code == 0, result.output
    assert all(f"{type_.name}, in_app, en" in result.output for type_ in types() if IN_APP in type_.channels)
    assert "order_new, sms, en" in result.output, "its fallback"
    assert "buttons: Open the order" in result.output


@pytest.mark.parametrize("arguments", [["never_declared"], ["order_ready", "--channel", "pigeon"]])
def test_the_command_refuses_what_there_is_not(app: Flask, arguments: list[str]) -> None:
    result = run(app, *arguments)
    assert result.exit_code == 2
    assert "Error" in result.output
