"""The page that mailed links open: no other hosts, no inline code, and no token in the URL of a request."""

from __future__ import annotations

import re

import pytest
import requests

from metaia.auth.mailed_links import service as mailed_links
from metaia.auth.mailed_links import tokens as email_tokens
from metaia.core.ids import new_id


@pytest.fixture
def page(world):
    return world.call("GET", "/account")


def test_the_page_may_load_and_call_only_what_is_here(page):
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page.headers


def test_nothing_is_inline_and_everything_it_loads_is_served(world, page):
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page.text)
    loaded = re.findall(r"""(?:src|href)="([^"]+)\"""", page.text)
    assert [re.sub(r"/[0-9a-f]{12}/", "/*/", address) for address in loaded] == [
        "account/*/account.css", "account/*/account.js",
    ]  # fmt: skip
    for address in loaded:
        answer = requests.get(f"{world.url}/{address}", timeout=30)
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_password_is_masked_and_password_managers_may_fill_it_in(world):
    page = requests.get(f"{world.url}/account", timeout=30).text
    fields = re.findall(r"<input[^>]*password[^>]*>", page)
    assert fields
    for field in fields:
        assert 'type="password"' in field
        assert 'autocomplete="new-password"' in field
    for script in re.findall(r'src="/?([^"]+)"', page):
        assert "paste" not in requests.get(f"{world.url}/{script}", timeout=30).text


def test_the_script_knows_every_kind_of_link_and_calls_what_exists(app, world):
    script = requests.get(f"{world.url}/account/other/account.js", timeout=30).text
    kinds = dict(re.findall(r'^  (\w+): \{\n    path: "([\w-]+)"', script, re.MULTILINE))
    assert kinds.keys() == email_tokens.MINUTES.keys()
    served = {rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert {f"/api/auth/{path}" for path in kinds.values()} <= served
    assert not re.search(r"innerHTML|eval\(|localStorage|document\.cookie|https?://", script)


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("settings", "start"),
    [
        ({}, "http://127.0.0.1:5000/account#"),
        ({"PUBLIC_BASE_URL": "https://api.example.com/"}, "https://api.example.com/account#"),
        ({"ACCOUNT_PAGE_URL": "https://shop.example.com/me"}, "https://shop.example.com/me#"),
    ],
)
def test_a_link_has_its_secret_in_the_fragment(app, monkeypatch, settings, start):
    for name, value in settings.items():
        monkeypatch.setitem(app.config, name, value)
    address = mailed_links.url("verify_email", {"proofId": new_id()})
    assert re.fullmatch(re.escape(start) + r"verify_email=[\w-]{64}", address)


def test_opening_a_link_changes_nothing(world):
    person = world.person()
    assert world.call("GET", "/account").status_code == 200
    assert person.get("/api/auth/me").json()["data"]["user"]["emailVerified"] is False


def test_the_page_opens_with_parameters_of_click_trackers(world):
    answer = world.call("GET", "/account?utm_source=mail&utm_medium=email")
    assert answer.status_code == 200
    assert answer.text == world.call("GET", "/account").text
