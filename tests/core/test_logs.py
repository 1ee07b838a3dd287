import io
import json
import logging
import sys

import gevent.threadpool
import pytest
import structlog
from gevent.monkey import get_original
from sqlalchemy import text

from metaia.core import db, logs
from metaia.core.observing import exceptions
from metaia.orders import service


@pytest.fixture
def written(app, monkeypatch):
    """Give a function that calls `setup`, and returns the stream of the log."""

    def begin(*, as_json: bool) -> io.StringIO:
        stream = io.StringIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", stream)
            logs.setup(as_json=as_json)
        return stream

    yield begin
    logs.setup(as_json=app.config["LOG_JSON"], observe=exceptions.observe)


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


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("GET /ws?ticket=abc&cursor=1 done", "GET /ws?ticket=[redacted]&cursor=1 done"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer [redacted]"),
        ("GET /media/private/ab/full.webp?type=a&until=1&x=y", "GET /media/private/[redacted]"),
        ("/media/incoming/WyJpbmNvbWluZy.sig-na_ture", "/media/incoming/[redacted]"),
        ("bearer  abc", "bearer  [redacted]"),
        ("found eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln in it", "found [redacted] in it"),
        ("postgresql://metaia:hunter2@db:5432/metaia", "postgresql://metaia:[redacted]@db:5432/metaia"),
        ("redis://:hunter2@redis/0", "redis://:[redacted]@redis/0"),
        (
            "Key (email)=(some.body+x@mail.example.com) already exists",
            "Key (email)=([redacted]) already exists",
        ),
        ("a=b, 5 @ 3", "a=b, 5 @ 3"),
        ("order M100 accepted", "order M100 accepted"),
    ],
)
def test_what_looks_secret_is_blanked_wherever_it_stands(said, kept):
    inside = {"exception": [{"exc_value": said, "frames": [{"name": said}]}]}
    told = logs.redact(None, "info", {"event": said, "more": {"deep": (said,), "token": said}} | inside)
    assert told["event"] == kept
    assert told["more"] == {"deep": [kept], "token": "[redacted]"}
    assert told["exception"] == [{"exc_value": kept, "frames": [{"name": kept}]}]


def test_an_object_is_told_without_its_secrets(lines):
    structlog.get_logger("ours").info("hello", error=ValueError("Bearer abc"))
    assert lines()[0]["error"] == "ValueError('Bearer [redacted]')"


def test_a_failed_statement_is_told_without_its_values(lines, world, monkeypatch):
    person = world.person()

    def fail(*_):
        db.fetch_value(text("SELECT length(:said) / 0"), {"said": "hunter2"})

    monkeypatch.setattr(service, "read", fail)
    assert person.get(f"/api/orders/{person.id}").status_code == 500
    [line] = [line for line in lines() if line.get("event") == "unexpected error"]
    assert "division by zero" in json.dumps(line)
    assert "hunter2" not in json.dumps(line)


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


def test_the_event_loop_logs_while_a_native_thread_does(monkeypatch):
    writing, slow = get_original("threading", "Event")(), io.StringIO()

    def write(line: str) -> int:
        writing.set()
        get_original("time", "sleep")(0.1)
        return io.StringIO.write(slow, line)

    monkeypatch.setattr(slow, "write", write, raising=False)
    pool = gevent.threadpool.ThreadPool(1)
    thread = pool.spawn(logs.Lines(slow).msg, "from a native thread")
    assert writing.wait(5)
    gevent.get_hub().loop.run_callback(logs.Lines(slow).msg, "from the event loop")
    thread.get()
    assert sorted(slow.getvalue().splitlines()) == ["from a native thread", "from the event loop"]


def test_a_request_leaves_one_line_with_its_id_and_user(lines, world):
    person = world.person()
    answer = person.get("/api/orders?q=token")
    [line] = [line for line in lines() if line.get("request_id") == answer.headers["X-Request-ID"]]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/orders", 200)
    assert line["user"] == person.id


def test_a_refusal_leaves_its_line_too(lines, world):
    person, order = world.person(), world.person().order()
    for method, path, body, status in (
        ("GET", f"/api/orders/{order['id']}", None, 403),
        ("GET", "/api/admin/users", None, 403),
        ("PATCH", f"/api/orders/{order['id']}/accept", {"estimatedTime": []}, 422),
    ):
        answer = person.call(method, path, body)
        assert answer.status_code == status
        [line] = [line for line in lines() if line.get("request_id") == answer.headers["X-Request-ID"]]
        assert (line["method"], line["path"], line["status"], line["user"]) == (
            method,
            path,
            status,
            person.id,
        )


def test_a_person_at_a_terminal_sees_a_stack_without_the_values_in_it(written):
    stream = written(as_json=False)

    def log_in(password: str) -> None:
        raise ValueError("Bearer abc")

    try:
        log_in("hunter2")
    except ValueError:
        structlog.get_logger("ours").exception("it broke")
    assert "Traceback" in stream.getvalue()
    assert "log_in" in stream.getvalue()
    assert "hunter2" not in stream.getvalue().replace('log_in("hunter2")', "")
    assert "Bearer abc" not in stream.getvalue().replace('ValueError("Bearer abc")', "")


def test_for_a_person_at_a_terminal_lines_are_readable(written):
    stream = written(as_json=False)
    structlog.get_logger("ours").info("hello", password="x")
    assert "hello" in stream.getvalue()
    assert "[redacted]" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


@pytest.mark.parametrize("path", ["/api/orders/1", "/ws?ticket=abc", "/caf\xe9/a@b.example", "/\ud800"])
def test_the_line_of_a_request_is_the_one_of_structlog(lines, path):
    values = {"method": "GET", "path": path, "status": 200, "ms": 1.5, "user": None}
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        logs.request_log().info("request", **values)
        structlog.get_logger("metaia.request").info("request", **values)
    fast, stock = lines()
    assert fast.pop("timestamp").endswith("Z") == stock.pop("timestamp").endswith("Z")
    assert fast == stock
