"""The index at `/` and `/api`, for programs and for browsers; what browsers find at other addresses."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import requests

from metaia import __version__
from tests.support.people import World
from tests.support.process import serving

ROOT = Path(__file__).parents[2]
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"}
INDEXES = ["/", "/api"]


def get(world: World, path: str, **options: Any) -> requests.Response:
    return requests.get(world.url + path, timeout=30, **options)


@pytest.mark.parametrize("path", INDEXES)
@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "application/json, text/html;q=0.5", "text/plain", ""]
)
def test_a_program_gets_the_index_as_json(world: World, path: str, accept: str) -> None:
    answer = get(world, path, headers={"Accept": accept})
    assert answer.status_code == 200
    index = answer.json()["data"]
    assert list(index) == ["name", "version", "documents", "console", "health"]
    assert (index["name"], index["version"]) == ("METAIA", __version__)
    assert "Accept" in answer.headers["Vary"]
    addresses = [*index["documents"].values(), index["console"], *index["health"].values()]
    assert {get(world, address).status_code for address in addresses} == {200}


def test_a_browser_gets_to_the_console(world: World) -> None:
    answer = get(world, "/", headers=BROWSER, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/")


def test_a_browser_gets_a_page_whose_links_lead_somewhere(world: World) -> None:
    answer = get(world, "/api", headers=BROWSER)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Accept" in answer.headers["Vary"]
    links = re.findall(r'href="([^"]+)"', answer.text)
    assert {"/api-docs/", "/console/", "/api/openapi.json", "/favicon.ico", "/favicon.svg"} <= set(links)
    for link in links:
        assert link.startswith("/")
        assert get(world, link, headers=BROWSER).status_code == 200
    assert "Messages" not in answer.text


def test_the_page_links_the_messages_of_make_run(server: object) -> None:
    del server
    with serving(METAIA_MESSAGES_PAGE="http://127.0.0.1:5025/") as url:
        assert 'href="http://127.0.0.1:5025/"' in requests.get(f"{url}/api", headers=BROWSER, timeout=30).text


@pytest.mark.parametrize("path", ["/admin", "/admin/"])
def test_a_browser_that_opens_admin_gets_to_the_console(world: World, path: str) -> None:
    answer = get(world, path, headers=BROWSER, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/")
    assert get(world, "/admin", headers={"Accept": "*/*"}).status_code == 426
    assert requests.post(world.url + path, headers=BROWSER, timeout=30).status_code in {404, 405, 426}
    assert get(world, "/ws", headers=BROWSER).status_code == 426


def test_the_icon_is_one(world: World) -> None:
    icon, drawing = (get(world, f"/favicon.{kind}") for kind in ("ico", "svg"))
    assert icon.content.startswith(b"\0\0\1\0")
    assert icon.headers["Content-Type"].startswith("image/")
    assert drawing.headers["Content-Type"].startswith("image/svg+xml")
    assert get(world, "/favicon.ico", headers={"If-None-Match": icon.headers["ETag"]}).status_code == 304


def test_assets_of_our_version_are_kept_for_ever(world: World) -> None:
    [address] = re.findall(r'href="(/assets/[^"]+)"', get(world, "/api", headers=BROWSER).text)
    ours = get(world, address)
    assert ours.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    other = get(world, "/assets/another-release/index.css")
    assert (other.text, other.headers["Cache-Control"]) == (ours.text, "public, no-cache")
    for wrong in ("/assets/x/pages.py", "/assets/x/..%2fpages.py", "/assets/index.css", "/assets/x/"):
        assert get(world, wrong).status_code == 404


def test_the_version_is_that_of_the_package() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == __version__
