"""The edge middleware: accepted hosts and origins, and the security headers of every answer."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import websocket
from structlog.testing import capture_logs
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from metaia.core.http.edge import security_headers
from metaia.core.http.edge.cors import LIBRARY_HEADERS, READ_HEADERS
from metaia.core.http.edge.gate import Gate
from metaia.core.http.edge.middleware import EdgeMiddleware
from tests.support.process import serving
from tests.support.staff_browser import Browser

ROOT = Path(__file__).parents[4]
LISTED, FOREIGN = "https://app.example.com", "https://evil.example.com"
ALIVE = "/api/system/health/live"
POLLING = "/socket.io/?EIO=4&transport=polling"
CORS = {"Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"}


@pytest.fixture(scope="module")
def url(server) -> Iterator[str]:
    origins = f"{LISTED}, capacitor://localhost"
    with serving(CORS_ORIGINS=origins, TRUSTED_HOSTS="api.example.com, .apps.example.com") as address:
        yield address


@pytest.fixture(scope="module")
def behind_a_proxy(server) -> Iterator[str]:
    with serving(TRUSTED_PROXIES="1") as address:
        yield address


def ask(url: str, path: str, method: str = "GET", **sent: str) -> requests.Response:
    given = {name.replace("_", "-"): value for name, value in sent.items()}
    return requests.request(method, url + path, headers=given, timeout=30)


@contextmanager
def connected(address: str, origin: str) -> Iterator[websocket.WebSocket]:
    socket = websocket.create_connection(address, origin=origin, timeout=30)
    wire = socket.sock
    assert wire is not None
    try:
        yield socket
    finally:
        wire.close()
        socket.shutdown()


# Origins


@pytest.mark.parametrize(
    "origin",
    [LISTED, "capacitor://localhost", "https://APP.example.com", f"{LISTED}:443", "wss://app.example.com/"],
)
@pytest.mark.parametrize(
    ("path", "status"), [(ALIVE, 200), ("/api/auth/me", 401), ("/nowhere", 404), (POLLING, 200)]
)
def test_pages_that_are_listed_may_read_every_answer(url, origin, path, status):
    answer = ask(url, path, Origin=origin)
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "Origin" in answer.headers["Vary"]
    assert {"ETag", "Retry-After", "RateLimit-Remaining", "X-Request-ID"} <= set(
        answer.headers["Access-Control-Expose-Headers"].split(", ")
    )
    assert "Access-Control-Allow-Credentials" not in answer.headers


FOREIGNERS = [
    FOREIGN,
    "null",
    f"{LISTED}.evil.example",
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://app.example.com@evil.example",
    "*",
    "",
]


@pytest.mark.parametrize("origin", FOREIGNERS)
def test_other_pages_may_not(url, origin):
    for method in ("GET", "OPTIONS"):
        answer = ask(url, ALIVE, method, Origin=origin, Access_Control_Request_Method="GET")
        assert answer.status_code == 200
        assert not CORS & set(answer.headers)
        assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("path", ["/api/orders", "/api/nowhere", "/socket.io/"])
def test_a_browser_may_ask_first_without_a_login(url, path):
    wanted = {
        "Access_Control_Request_Method": "PATCH",
        "Access_Control_Request_Headers": "authorization,if-match",
    }
    answer = ask(url, path, "OPTIONS", Origin=LISTED, **wanted)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == LISTED
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"].split(", ")
    assert set(answer.headers["Access-Control-Allow-Headers"].split(", ")) == {
        *READ_HEADERS,
        *LIBRARY_HEADERS,
    }
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


def test_a_page_may_send_every_header_that_the_document_names(url):
    document = ask(url, "/api/openapi.json").json()
    operations = [
        one for path in document["paths"].values() for one in path.values() if isinstance(one, dict)
    ]
    parameters = [one for operation in operations for one in operation.get("parameters", [])]
    named = {one["name"] for one in parameters if one.get("in") == "header"}
    assert named >= {"If-Match", "Idempotency-Key", "Last-Event-ID"}
    assert named <= set(READ_HEADERS)


def test_a_page_may_send_every_header_that_the_code_reads():
    read = {
        name
        for path in (ROOT / "metaia").rglob("*.py")
        if "metaia/dev/" not in str(path)
        for name in re.findall(r"request\.headers\.get\(\s*[\"']([\w-]+)", path.read_text())
    }
    by_browsers = {"Accept-Encoding", "User-Agent", "Origin", "Sec-Fetch-Site", "Upgrade"}
    assert read - by_browsers <= set(READ_HEADERS)
    assert "Last-Event-ID" in read


def test_without_a_list_nobody_else_may(behind_a_proxy):
    assert not CORS & set(ask(behind_a_proxy, ALIVE, Origin=LISTED).headers)
    assert "Vary" not in ask(behind_a_proxy, ALIVE).headers


@pytest.mark.parametrize("path", [POLLING, "/api/events", "/ws", "/admin"])
def test_a_page_from_elsewhere_begins_no_connection(url, path):
    answer = ask(url, path, Origin=FOREIGN)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "origin_not_allowed"


@pytest.mark.parametrize("path", ["/ws", "/admin"])
@pytest.mark.parametrize(
    ("origin", "code"),
    [
        (FOREIGN, (403, "origin_not_allowed")),
        ("null", (403, "origin_not_allowed")),
        (LISTED, (401, "token_missing")),
    ],
)
def test_a_web_socket_says_that_its_page_may_not(url, path, origin, code):
    with (
        pytest.raises(websocket.WebSocketBadStatusException) as refused,
        connected(url.replace("http", "ws") + path, origin),
    ):
        pass
    assert (refused.value.status_code, json.loads(refused.value.resp_body or b"{}")["error"]["code"]) == code


def test_socket_io_does_not_talk_to_a_page_from_elsewhere(url):
    address = url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    with connected(address, LISTED) as socket:
        assert str(socket.recv()).startswith("0{")
    with pytest.raises(websocket.WebSocketBadStatusException) as refused, connected(address, FOREIGN):
        pass
    assert refused.value.status_code == 403


def test_a_page_of_ours_and_a_program_without_a_page_may_connect(url):
    assert ask(url, POLLING, Origin=url).status_code == 200
    assert ask(url, POLLING, Origin="http://127.0.0.1:5000").status_code == 200  # PUBLIC_BASE_URL
    # React Native derives it from the address; a proxy in front may end TLS
    assert ask(url, POLLING, Origin="https://API.example.com:443", Host="api.example.com").status_code == 200
    assert ask(url, POLLING, Origin="wss://api.example.com/", Host="api.example.com:443").status_code == 200
    assert (
        ask(url, POLLING, Origin="https://b.apps.example.com", Host="a.apps.example.com").status_code == 403
    )
    assert ask(url, POLLING).status_code == 200


@pytest.fixture(scope="module")
def for_electron(server) -> Iterator[str]:
    with serving(CORS_NULL_ORIGIN="true") as address:
        yield address


@pytest.mark.parametrize("origin", ["null", "file://", "file:///C:/app/index.html"])
def test_pages_without_an_origin_have_their_setting(for_electron, url, world, origin):
    answer = ask(for_electron, ALIVE, Origin=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "Access-Control-Allow-Credentials" not in answer.headers
    asked = {"Origin": origin, "Access_Control_Request_Method": "GET"}
    assert ask(for_electron, "/api/orders", "OPTIONS", **asked).status_code == 204
    assert ask(for_electron, POLLING, Origin=origin).status_code == 200
    token = f"Bearer {world.person().token}"
    assert ask(for_electron, "/api/auth/me", Origin=origin, Authorization=token).status_code == 200
    with (
        pytest.raises(websocket.WebSocketBadStatusException) as refused,
        connected(for_electron.replace("http", "ws") + "/ws", origin),
    ):
        pass
    assert b"token_missing" in (refused.value.resp_body or b"")  # it may connect, with a token
    assert ask(for_electron, ALIVE, Origin=FOREIGN).headers.get("Access-Control-Allow-Origin") is None
    assert ask(url, POLLING, Origin=origin).status_code == 403


def test_cookies_of_a_page_without_an_origin_do_not_count(for_electron, world):
    staff = Browser(for_electron)
    assert staff.log_in(world.staff().user["email"]).status_code < 400
    assert staff.get("/admin/rq/").status_code == 200
    answer = staff.get("/admin/rq/", headers={"Origin": "null"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/?to=%2Fdashboard")
    assert staff.change("/admin/rq/queue/default/compact", headers={"Origin": "null"}).status_code == 401
    assert staff.get("/admin/rq/").status_code == 200


# Hosts


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost:80", "api.example.com", "API.example.com:443", "a.apps.example.com"]
)
@pytest.mark.parametrize("path", ["/api/openapi.json", POLLING])
def test_it_answers_to_its_names(url, host, path):
    assert ask(url, path, Host=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example.com",
        "api.example.com.evil.example",
        "evilapps.example.com",
        "",
        "api.example.com:x",
        "127.0.0.1@evil",
        "10.0.0.7",
        "[::1]",
        "a b",
        "api.example.com:99999",
        "api.example.com/path",
    ],
)
@pytest.mark.parametrize("path", ["/api/openapi.json", "/nowhere", POLLING])
def test_it_answers_to_no_other(url, host, path):
    answer = ask(url, path, Host=host)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "host_unknown"
    assert answer.json()["requestId"] == answer.headers["X-Request-ID"]


def test_a_platform_asks_by_any_name_whether_all_is_well(url):
    assert ask(url, ALIVE, Host="10.0.0.7:5000").status_code == 200
    assert ask(url, "/metrics", Host="10.0.0.7:5000").status_code == 401


def test_nobody_has_another_name_by_saying_so(url, behind_a_proxy):
    for address in (url, behind_a_proxy):
        answer = ask(address, "/api/openapi.json", X_Forwarded_Host="evil.example.com")
        assert answer.status_code == 200
        assert "evil" not in answer.text
        answer = ask(address, "/api/openapi.json", Host="evil.example.com", X_Forwarded_Host="127.0.0.1")
        assert answer.status_code == 400


# Security headers


@pytest.mark.parametrize(
    "path", [ALIVE, "/api/auth/me", "/nowhere", "/api-docs", POLLING, "/socket.io/?EIO=9"]
)
def test_every_answer_has_its_headers(url, path):
    answer = requests.get(url + path, timeout=30, allow_redirects=False)
    for name, value in security_headers.ALWAYS.items():
        assert answer.headers[name] == value
    assert "Server" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/system/health/live", "application/json"),
        ("/api/openapi.json", "application/json"),
        ("/account", "text/html; charset=utf-8"),
        ("/account/x/account.css", "text/css; charset=utf-8"),
        ("/account/x/account.js", "text/javascript; charset=utf-8"),
        ("/console/", "text/html; charset=utf-8"),
        ("/admin/assets/x/queues.css", "text/css; charset=utf-8"),
        ("/api-docs/", "text/html; charset=utf-8"),
        ("/api/nowhere", "application/json"),
    ],
)
def test_every_answer_says_what_it_is_and_texts_their_alphabet(url, path, kind):
    assert ask(url, path).headers["Content-Type"] == kind


def test_pages_may_do_what_they_need_and_no_more(url):
    page = requests.get(f"{url}/api-docs/", timeout=30).headers["Content-Security-Policy"]
    assert "script-src 'self' 'sha256-" in page
    assert "unsafe" not in page
    assert "frame-ancestors 'none'" in page
    assert (
        requests.get(f"{url}/account", timeout=30).headers["Content-Security-Policy"] == security_headers.PAGE
    )


def door(**settings) -> Client:
    config = {
        "HOSTS": ["localhost"],
        "CORS_ORIGINS": [],
        "TRUSTED_PROXIES": 0,
        "TRUST_PRIVATE_ADDRESSES": False,
        "CORS_NULL_ORIGIN": False,
        "PUBLIC_BASE_URL": "https://localhost",
        "ONLY_HTTPS": False,
        "CONNECTS_PER_MINUTE": 1,
    }

    def inside(environ, start):
        start("200 OK", [("Content-Type", "text/plain"), ("cache-control", "max-age=60")])
        return [b"in"]

    def refused(environ, start):
        start("400 Bad Request", [])
        return [b"out"]

    return Client(EdgeMiddleware(inside, refused, config | settings, Gate()))


def test_in_production_browsers_are_told_to_come_by_https():
    answer = door(ONLY_HTTPS=True).get("/")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_what_a_view_says_itself_stays():
    assert door().get("/").headers.get_all("Cache-Control") == ["max-age=60"]


def test_where_every_page_may_read_each_is_named():
    answer = door(CORS_ORIGINS=["*"]).get("/", headers={"Origin": FOREIGN})
    assert answer.headers["Access-Control-Allow-Origin"] == FOREIGN


def test_the_log_line_of_a_refusal_names_the_setting():
    client = door()
    with capture_logs() as lines:
        client.get("/", headers={"Host": "evil.example"})
        client.get("/ws", headers={"Origin": FOREIGN})
    assert [(line["event"], line.get("setting") or line.get("settings")) for line in lines] == [
        ("host refused", "PUBLIC_BASE_URL, TRUSTED_HOSTS"),
        ("browsers keep answers from pages of an origin", "CORS_ORIGINS"),
        ("origin refused", "CORS_ORIGINS"),
    ]
    assert lines[-1]["origin"] == FOREIGN


def test_an_origin_that_may_not_read_answers_is_logged_once():
    client = door()
    with capture_logs() as lines:
        for number in range(300):
            client.get("/", headers={"Origin": f"https://{number % 150}.example"})
        client.get("/", headers={"Origin": "https://localhost"})
    assert len(lines) == 100


def test_a_request_without_a_name_is_refused():
    environ = EnvironBuilder("/").get_environ()
    del environ["HTTP_HOST"]
    body, _, _ = run_wsgi_app(door().application, environ)
    assert list(body) == [b"out"]
