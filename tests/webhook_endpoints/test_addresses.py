"""Bad input, and addresses to which nothing is sent."""

from __future__ import annotations

import pytest

from tests.webhook_endpoints.conftest import Hooks

URL = "https://93.184.216.34/hook"


def refusal(answer):
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": URL}, "events"),
        ({"url": URL, "events": []}, "events"),
        ({"url": URL, "events": ["order.*"] * 51}, "events"),
        ({"url": URL, "events": ["orders.*"]}, "events"),
        ({"url": URL, "events": ["order"]}, "events"),
        ({"url": URL, "events": ["*.updated"]}, "events"),
        ({"url": URL, "events": ["memberships.changed"]}, "events"),
        ({"url": URL, "events": [7]}, "events.0"),
        ({"url": "ftp://example.com", "events": ["*"]}, "url"),
        ({"url": "example.com", "events": ["*"]}, "url"),
        ({"url": "https://", "events": ["*"]}, "url"),
        ({"url": "https://user:pass@93.184.216.34/", "events": ["*"]}, "url"),
        ({"url": "https://93.184.216.34/#part", "events": ["*"]}, "url"),
        ({"url": "https://93.184.216.34:99999/", "events": ["*"]}, "url"),
        ({"url": "https://[::1", "events": ["*"]}, "url"),
        ({"url": "https://a\x00b/", "events": ["*"]}, "url"),
        ({"url": "https://93.184.216.34/" + "x" * 2000, "events": ["*"]}, "url"),
        ({"url": URL, "events": ["*"], "ordering": "none at all"}, "ordering"),
        ({"url": URL, "events": ["*"], "description": "x" * 201}, "description"),
        ({"url": URL, "events": ["*"], "secret": "own"}, "secret"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_its_field(hooks: Hooks, body, field):
    answer = hooks.partner.post("/api/webhook-endpoints", body)
    assert refusal(answer) == (422, "invalid")
    assert field in answer.json()["error"]["details"]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "①②⑦.⓪.⓪.①", "[::1]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fec0::1]",
        "[fe80::1]", "[fd00::1]", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "192.0.0.192",
        "100.64.0.1", "224.0.0.1", "0.0.0.0", "255.255.255.255", "host.invalid",
    ],
)  # fmt: skip
def test_a_private_address_is_refused_in_every_form(hooks: Hooks, host):
    answer = hooks.partner.post("/api/webhook-endpoints", {"url": f"https://{host}/hook", "events": ["*"]})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] in {"endpoint_address_refused", "invalid"}
    assert "url" in answer.json()["error"]["details"]


def test_production_wants_https(hooks: Hooks, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(hooks.app.config, "METAIA_ENV", "production")
    body = {"url": "http://93.184.216.34/hook", "events": ["*"]}
    answer = hooks.partner.post("/api/webhook-endpoints", body)
    assert answer.json()["error"]["details"] == {"url": ["Must begin with https://."]}
