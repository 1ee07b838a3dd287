"""Files of messages: who sees them, what becomes of them, and addresses that stay true."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from metaia.chat.following import jobs
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.media.processing import results
from metaia.media.serving import addresses
from tests.support import chats
from tests.support.media import insert_media
from tests.support.people import Person, World
from tests.support.stored_media import fetch, stored

pytestmark = pytest.mark.usefixtures("context")


def attached(*media_ids: str, **more: Any) -> list[Json]:
    return [{"mediaId": media_id} | more for media_id in media_ids]


def send_files(person: Person, talk: str, attachments: list[Json]) -> Json:
    """Send a message without text."""
    answer = chats.post(person, talk, chats.body(None, attachments=attachments))
    assert answer.status_code == 201, answer.text
    message: Json = answer.json()["data"]["message"]
    return message


def refused(answer: Any) -> tuple[int, str, Any]:
    return (*chats.error(answer), answer.json()["error"].get("details"))


def test_a_message_shows_its_files_with_addresses_that_stay(asha: Person, tailor: Person) -> None:
    talk = chats.conversation(asha, tailor)
    picture, paper = insert_media(asha, folder="chat"), insert_media(asha, kind="document", folder="chat")
    given = [*attached(picture.id, name="cloth"), *attached(paper.id)]
    sent = chats.send(asha, talk, "Like this?", attachments=given)
    assert sent["kind"] == "image"
    first, second = sent["attachments"]
    assert first == {
        "mediaId": picture.id,
        "kind": "image",
        "name": "cloth.webp",
        "mimeType": "image/webp",
        "bytes": 250,
        "width": None,
        "height": None,
        "duration": None,
        "url": f"/api/media/{picture.id}/content",
        "thumbnailUrl": f"/api/media/{picture.id}/content?width=320",
    }
    assert (second["kind"], second["mimeType"], second["thumbnailUrl"]) == (
        "document",
        "application/pdf",
        None,
    )
    [seen] = chats.history(tailor, talk)["messages"]
    assert seen["attachments"] == sent["attachments"]
    [changed] = chats.changes(tailor, talk, 0)["messages"]
    assert changed["attachments"] == sent["attachments"]


def test_the_address_of_an_old_event_leads_to_the_file_for_participants_only(
    app: Flask, world: World, asha: Person, tailor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 21: an address in an event works after the life of a signature, and ends with the message."""
    stranger, socket = world.person(), tailor.socket()
    talk = chats.conversation(asha, tailor)
    media = stored(app, asha, size=100)
    sent = send_files(asha, talk, attached(media.id))
    [event] = socket.wait("chat:message", where=lambda data: data["id"] == sent["id"])
    url = event["attachments"][0]["url"]
    stale = tailor.get(url, allow_redirects=False).headers["Location"]
    past = addresses._end() - addresses.LIFE - timedelta(minutes=1)
    with monkeypatch.context() as patch:
        patch.setattr(addresses, "_end", lambda: past)
        expired = addresses.address(media, "full").url
    assert fetch(world.url, expired).status_code == 403
    fresh = ""
    for person in (asha, tailor):
        fresh = person.get(url, allow_redirects=False).headers["Location"]
        assert fetch(world.url, fresh).status_code == 200
    assert urlsplit(stale).path == urlsplit(fresh).path
    assert stranger.get(url, allow_redirects=False).status_code == 403
    assert tailor.delete(f"/api/chat/messages/{sent['id']}").status_code in {403, 404}
    assert asha.delete(f"/api/chat/messages/{sent['id']}").status_code == 200
    assert tailor.get(url, allow_redirects=False).status_code == 403


def test_access_follows_what_a_participant_sees(asha: Person, tailor: Person, world: World) -> None:
    courier = world.person("delivery")
    talk = chats.conversation(asha, tailor, courier, kind="deal")
    urls = []
    for _ in range(3):
        media = insert_media(asha, folder="chat")
        urls.append(send_files(asha, talk, attached(media.id))["attachments"][0]["url"])
    chats.place(talk, courier, joined_seq=1, left_seq=2, left_at=now())
    statuses = [courier.get(url, allow_redirects=False).status_code for url in urls]
    assert statuses == [403, 303, 403]
    chats.place(talk, tailor, cleared_seq=1)
    assert [tailor.get(url, allow_redirects=False).status_code for url in urls] == [403, 303, 303]
    assert world.staff("support").get(urls[0], allow_redirects=False).status_code == 303, (
        "read with an audit entry"
    )


def test_only_usable_files_of_the_sender_are_attached(asha: Person, tailor: Person) -> None:
    talk = chats.conversation(asha, tailor)
    mine = insert_media(asha, folder="chat").id
    for wrong in (
        insert_media(tailor, folder="chat").id,
        insert_media(asha, status="rejected", reason="corrupt").id,
        insert_media(asha, status="hidden").id,
        insert_media(asha, folder="profile").id,
        new_id(),
    ):
        answer = chats.post(asha, talk, chats.body(None, attachments=attached(mine, wrong)))
        assert refused(answer) == (422, "attachment_not_usable", {"attachments": [wrong]})
    twice = chats.post(asha, talk, chats.body(None, attachments=attached(mine, mine)))
    assert refused(twice) == (422, "attachment_not_usable", {"attachments": [mine]})
    assert chats.history(asha, talk)["messages"] == []
    many = chats.post(asha, talk, chats.body(None, attachments=attached(*[new_id() for _ in range(11)])))
    assert many.status_code == 422


def test_a_file_that_is_still_processed_is_sent_and_followed(
    asha: Person, tailor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = tailor.socket()
    talk = chats.conversation(asha, tailor)
    media = insert_media(asha, folder="chat", status="processing")
    sent = chats.send(asha, talk, "Look", attachments=attached(media.id))
    assert sent["attachments"][0]["url"] is None
    enqueued: list[Json] = []
    with monkeypatch.context() as patch:
        patch.setattr(job_registry, "enqueue", lambda _, **arguments: enqueued.append(arguments))
        with db.transaction():
            processing = results._processing(media.id)
            assert processing is not None
            results._finish(processing, "accept", 250)
    for arguments in enqueued:
        jobs.follow(**arguments)
    [event] = socket.wait("chat:message_update", where=lambda data: data["id"] == sent["id"])
    assert event["change"] == "attachment_ready"
    assert event["attachments"][0]["url"] == f"/api/media/{media.id}/content"
    assert event["conversationVersion"] == chats.history(asha, talk)["meta"]["version"]
    [changed] = chats.changes(tailor, talk, event["conversationVersion"] - 1)["messages"]
    assert changed["attachments"] == event["attachments"]


def test_a_file_that_its_owner_deletes_leaves_its_message(asha: Person, tailor: Person) -> None:
    talk = chats.conversation(asha, tailor)
    media = insert_media(asha, folder="chat")
    chats.send(asha, talk, "Look", attachments=attached(media.id))
    assert asha.delete(f"/api/upload/{media.id}").status_code == 409, "in use"
    assert asha.delete(f"/api/upload/{media.id}?force=true").status_code == 202
    [seen] = chats.history(tailor, talk)["messages"]
    assert (seen["text"], seen["attachments"]) == ("Look", [])


def test_the_list_has_the_files_that_one_sees(asha: Person, tailor: Person, world: World) -> None:
    talk, other = chats.conversation(asha, tailor), chats.conversation(asha, tailor, kind="deal")
    pictures = [insert_media(asha, folder="chat").id for _ in range(3)]
    paper = insert_media(tailor, kind="document", folder="chat").id
    send_files(asha, talk, attached(*pictures))
    chats.send(tailor, other, "The bill", attachments=attached(paper))

    def listed(person: Person, **query: Any) -> list[str]:
        answer = person.get("/api/chat/attachments", params=query)
        return [each["attachment"]["mediaId"] for each in answer.json()["data"]["attachments"]]

    assert set(listed(tailor)) == {*pictures, paper}
    assert listed(tailor)[0] == paper, "newest first"
    assert listed(tailor, conversationId=other) == [paper]
    assert listed(tailor, kind="document") == [paper]
    assert listed(world.person()) == listed(world.person(), conversationId=talk) == []
    page = tailor.get("/api/chat/attachments", params={"limit": 2}).json()
    rest = tailor.get(
        "/api/chat/attachments", params={"limit": 2, "cursor": page["meta"]["nextCursor"]}
    ).json()
    found = [*page["data"]["attachments"], *rest["data"]["attachments"]]
    assert {each["attachment"]["mediaId"] for each in found} == {*pictures, paper}
