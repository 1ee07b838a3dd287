"""The client's uploads on the real server, with Node's FormData."""

from __future__ import annotations

import base64

import pytest

from metaia.providers.storage import registry
from tests.clients.node import Failed
from tests.console.browser.pictures import heic, picture
from tests.support.waiting import until

pytestmark = pytest.mark.clients
KEY = "a-key-of-one-picture"


def as_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_an_upload_with_one_key_is_one_file_and_its_end_is_an_event(clients, world):
    tailor = world.person("tailor")
    client = clients.client(world.url).live(tailor)
    options = {"folder": "menu", "alt": "A plate", "wait": 0, "key": KEY}
    first = client.call("sendFile", "plate.png", as_base64(picture()), options)
    again = client.call("sendFile", "plate.png", as_base64(picture()), options)
    assert (first["status"], first["folder"], first["filename"]) == ("processing", "menu", "plate.png")
    assert again["id"] == first["id"]
    assert client.call("media.usage")["files"] == 1
    assert [one["id"] for one in client.call("media.list")["media"]] == [first["id"]]
    client.call("media.remove", first["id"])
    until(lambda: [e for e in client.events("upload:updated") if e["media"]["status"] == "deleted"])
    with pytest.raises(Failed, match="gone"):
        client.call("media.address", first["id"])


@pytest.fixture
def reachable_store(app, world, monkeypatch):
    """Let addresses of the local store lead to the server of the tests."""
    monkeypatch.setitem(app.config, "MEDIA_BASE_URL", world.url)
    monkeypatch.setitem(app.extensions, registry.EXTENSION, {})


def test_a_large_file_goes_to_the_store_itself(clients, world, reachable_store):
    client = clients.client(world.url).live(world.person("vendor"))
    options = {"type": "image/png", "folder": "menu", "wait": 0, "directFrom": 1, "key": KEY}
    first = client.call("sendFile", "plate.png", as_base64(picture()), options)
    assert (first["status"], first["size"], first["folder"]) == ("processing", len(picture()), "menu")
    again = client.call("sendFile", "plate.png", as_base64(picture()), options)
    assert again["id"] == first["id"]
    assert client.call("media.usage")["files"] == 1
    until(lambda: [e for e in client.events("upload:updated") if e["media"]["status"] == "processing"])
    assert [e["media"]["status"] for e in client.events("upload:updated")] == ["pending", "processing"]


def test_a_store_that_is_out_of_reach_is_replaced_by_the_server(clients, world):
    client = clients.client(world.url).live(world.person())
    options = {"type": "image/png", "wait": 0, "directFrom": 1}
    sent = client.call("sendFile", "plate.png", as_base64(picture()), options)
    assert sent["status"] == "processing"
    until(lambda: client.call("media.usage")["files"] == 1)  # what was reserved is given back


def test_a_type_that_cannot_be_signed_goes_through_the_server(clients, world):
    client = clients.client(world.url).live(world.person())
    options = {"type": "application/octet-stream", "wait": 0, "directFrom": 1}
    sent = client.call("sendFile", "plate", as_base64(picture()), options)
    assert (sent["status"], sent["contentType"]) == ("processing", "image/png")


def test_a_refusal_has_the_code_of_the_contract(clients, world):
    client = clients.client(world.url).live(world.person())
    with pytest.raises(Failed, match="unsupported_image"):
        client.call("sendFile", "IMG_1.jpg", as_base64(heic()))
