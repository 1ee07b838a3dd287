import io
import json
import logging
import sys

import pytest
import structlog

from metaia.core import logs


@pytest.fixture
def written(app, monkeypatch):
    """Give a function that begins to log as `setup` says, and returns where."""

    def begin(*, as_json: bool) -> io.StringIO:
        stream = io.StringIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", stream)
            logs.setup(as_json=as_json)
        return stream

    yield begin
    logs.setup(as_json=app.config["LOG_JSON"])


@pytest.fixture
def lines(written):
    """Give a function that returns the log lines written so far."""
    stream = written(as_json=True)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_secrets_are_blanked_by_key_and_in_urls():
    said = {
        "password": "x", "refresh_token": "x", "JWT_SECRET_KEY": "x", "Authorization": "Bearer x", "cookie": "x",
        "path": "/ws?ticket=abc&cursor=1", "url": "/admin?token=abc", "user": "u1", "status": 200,
    }  # fmt: skip
    assert logs.redact(None, "info", said) == {
        "password": "[redacted]", "refresh_token": "[redacted]", "JWT_SECRET_KEY": "[redacted]",
        "Authorization": "[redacted]", "cookie": "[redacted]",
        "path": "/ws?ticket=[redacted]&cursor=1", "url": "/admin?token=[redacted]", "user": "u1", "status": 200,
    }  # fmt: skip


def test_every_line_is_json_whoever_writes_it(lines):
    structlog.get_logger("ours").info("hello", order="o1", token="t")
    logging.getLogger("of a library").warning("GET /ws?ticket=%s", "abc")
    ours, theirs = lines()
    assert (ours["event"], ours["order"], ours["token"], ours["level"]) == (
        "hello",
        "o1",
        "[redacted]",
        "info",
    )
    assert (theirs["event"], theirs["logger"]) == ("GET /ws?ticket=[redacted]", "of a library")
    assert ours["timestamp"].endswith("Z")


def test_a_stack_is_told_without_the_values_in_it(lines):
    def log_in(password: str) -> None:
        raise ValueError("no")

    try:
        log_in("hunter2")
    except ValueError:
        structlog.get_logger("ours").exception("it broke")
    [line] = lines()
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert line["exception"][0]["frames"][-1]["name"] == "log_in"
    assert "hunter2" not in json.dumps(line)


def test_a_request_leaves_one_line_with_its_id_and_user(lines, world):
    person = world.person()
    answer = person.get("/api/orders?q=token")
    [line] = [line for line in lines() if line.get("request_id") == answer.headers["X-Request-ID"]]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/orders", 200)
    assert line["user"] == person.id


def test_for_a_person_at_a_terminal_lines_are_readable(written):
    stream = written(as_json=False)
    structlog.get_logger("ours").info("hello", password="x")
    assert "hello" in stream.getvalue()
    assert "[redacted]" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
