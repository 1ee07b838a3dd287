"""What caches may keep: documents and static files, and nothing else."""

from __future__ import annotations

import re

import pytest
import requests
from flask import Flask

from metaia.core.http.content.caching import built_once
from tests.support.people import World

DOCUMENTS = ["/api/openapi.json", "/api/asyncapi.json", "/api/postman.json"]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_is_asked_for_each_time_and_sent_once(world: World, path: str) -> None:
    first = world.call("GET", path)
    assert first.headers["Cache-Control"] == "public, no-cache"
    tag = first.headers["ETag"]
    again = requests.get(world.url + path, headers={"If-None-Match": f'"other", {tag}'}, timeout=30)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert "X-Request-ID" in again.headers
    other = requests.get(world.url + path, headers={"If-None-Match": '"other"'}, timeout=30)
    assert (other.status_code, other.json()) == (200, first.json())
    plain = requests.get(world.url + path, headers={"Accept-Encoding": "identity"}, timeout=30)
    assert plain.headers["ETag"] == tag


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("encoding", ["zstd", "gzip"])
def test_a_document_is_the_same_in_every_encoding(world: World, path: str, encoding: str) -> None:
    plain = requests.get(world.url + path, headers={"Accept-Encoding": "identity"}, timeout=30)
    assert "Content-Encoding" not in plain.headers
    small = requests.get(world.url + path, headers={"Accept-Encoding": encoding}, timeout=30)
    assert (small.headers["Content-Encoding"], small.json()) == (encoding, plain.json())
    assert plain.headers["Vary"] == small.headers["Vary"]
    assert "Accept-Encoding" in small.headers["Vary"]


def test_a_document_is_built_once_for_each_application() -> None:
    built = []

    def view() -> str:
        built.append("text" * 1_000)
        return built[-1]

    respond = built_once(view)
    for _ in range(2):
        app = Flask(__name__)
        app.add_url_rule("/", view_func=respond)
        client = app.test_client()
        first = client.get("/")
        assert first.text == "text" * 1_000
        again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert client.head("/").headers["Content-Length"] == "4000"
    assert len(built) == 2


@pytest.mark.parametrize("page", ["/", "/account", "/console/", "/api-docs/"])
def test_every_file_of_a_page_is_kept_for_ever_under_its_hash(world: World, page: str) -> None:
    html = requests.get(world.url + page, headers={"Accept": "text/html"}, timeout=30).text
    loaded = re.findall(r'<(?:script|link rel="stylesheet")[^>]+(?:src|href)="/?([^"]+)"', html)
    assert loaded
    for address in loaded:
        answer = requests.get(f"{world.url}/{address}", timeout=30)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", address
        older = re.sub(r"/[0-9a-f]{12}/", "/000000000000/", address)
        assert older != address
        answer = requests.get(f"{world.url}/{older}", timeout=30)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, no-cache")


@pytest.mark.parametrize(
    "path", ["/api/auth/me", "/api/orders", "/api/nowhere", "/api/system/health/live", "/account"]
)
def test_no_other_answer_is_kept(world: World, path: str) -> None:
    assert requests.get(world.url + path, timeout=30).headers["Cache-Control"] == "no-store"
