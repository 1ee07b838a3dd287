"""The processing job: what becomes of a received file, whatever else fails."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest
from flask import Flask
from gevent.server import StreamServer

from metaia.core import db
from metaia.core.ids import new_id
from metaia.media import jobs, service
from metaia.media.processing import child, folders, results
from metaia.media.processing.scan import ScanUnavailable
from metaia.media.queries import to_change
from metaia.media.quotas import queries as quota_queries
from metaia.media.state import DELETED, PROCESSING, READY, REJECTED
from metaia.providers.errors import Temporary
from metaia.providers.storage import registry
from tests.media.sandbox import documents, pictures, sounds
from tests.support import received
from tests.support.people import Person, World
from tests.support.received import DOCUMENT, IMAGE, VOICE, now_of, receive

JPEG = "image/jpeg"
PHOTO = pictures.encoded(pictures.photo())


@pytest.fixture
def owner(world: World) -> Person:
    return world.person()


def usage(owner: Person) -> int:
    return quota_queries.usage(owner.id, "customer").bytes


def test_a_picture_becomes_ready_with_its_renditions(app: Flask, owner: Person, tmp_path: Path) -> None:
    media = receive(owner, IMAGE, JPEG, pictures.private_photo(), folder="menu", visibility="public")
    jobs.process(media.id)
    after = now_of(media)
    assert (after.status, after.reason, after.width, after.height) == (READY, None, 400, 300)
    assert after.renditions is not None
    assert after.renditions.keys() == {"full", "full_jpeg", "large", "medium", "small"}
    assert received.served(media) <= received.stored(app)
    assert (received.trashed(media), received.parts_of(media)) == (set(), 0)
    assert after.charged == usage(owner) == sum(each["size"] for each in after.renditions.values())
    assert after.due_at is None  # a picture of a menu stays
    for key in received.served(media):
        body = received.body_of(app, key, tmp_path)
        assert not [secret for secret in pictures.SECRETS if secret in body]


def test_a_picture_of_another_folder_must_be_attached(owner: Person) -> None:
    media = receive(owner, IMAGE, JPEG, PHOTO, folder="profile", visibility="public")
    jobs.process(media.id)
    assert now_of(media).due_at is not None


def test_a_voice_message_is_kept_as_it_came(app: Flask, owner: Person, tmp_path: Path) -> None:
    body = sounds.amr()
    media = receive(owner, VOICE, "audio/amr", body)
    jobs.process(media.id)
    assert (now_of(media).status, now_of(media).duration) == (READY, 2.0)
    [key] = received.served(media)
    assert received.body_of(app, key, tmp_path) == body


@pytest.mark.parametrize(
    ("kind", "content_type", "body", "code"),
    [
        (IMAGE, JPEG, PHOTO[:5_000], "corrupt"),
        (IMAGE, "image/png", pictures.blank_png(20_000, 20_000, 1), "too_many_pixels"),
        (DOCUMENT, documents.PDF, documents.launching_pdf(), "unsupported_document"),
        (VOICE, "audio/amr", sounds.amr(0.1), "too_short"),
    ],
)
def test_a_hostile_file_is_rejected_and_costs_nothing(
    app: Flask, owner: Person, kind: str, content_type: str, body: bytes, code: str
) -> None:
    media, before = receive(owner, kind, content_type, body), received.stored(app)
    jobs.process(media.id)
    after = now_of(media)
    assert (after.status, after.reason, after.charged, after.renditions) == (REJECTED, code, 0, None)
    assert (usage(owner), received.parts_of(media), received.stored(app)) == (0, 0, before)
    good = receive(owner, IMAGE, JPEG, PHOTO)
    jobs.process(good.id)
    assert now_of(good).status == READY


@pytest.mark.parametrize(
    ("kind", "declared", "body", "expected"),
    [
        (IMAGE, JPEG, b"%PDF-1.7\n" + bytes(100), (REJECTED, "unsupported_image")),
        (IMAGE, "image/png", PHOTO, (READY, None)),
        (DOCUMENT, "text/plain", b"<svg onload=alert(1)></svg>", (REJECTED, "unsupported_document")),
        (
            DOCUMENT,
            documents.PDF,
            documents.docx({"word/vbaProject.bin": b"x"}),
            (REJECTED, "unsupported_document"),
        ),
    ],
)
def test_bytes_sent_to_the_store_have_the_type_that_they_are(
    app: Flask,
    owner: Person,
    tmp_path: Path,
    kind: str,
    declared: str,
    body: bytes,
    expected: tuple[str, str],
) -> None:
    key, file = f"incoming/{new_id()}.bin", tmp_path / "sent"
    file.write_bytes(body)
    registry.store(app).put(key, file, declared)
    media = receive(owner, kind, declared, body, incoming_key=key)
    jobs.process(media.id)
    assert (now_of(media).status, now_of(media).reason) == expected


def test_the_owner_gets_an_event(owner: Person) -> None:
    screen = owner.socket()
    media = receive(owner, IMAGE, JPEG, PHOTO)
    jobs.process(media.id)
    [event] = screen.wait("upload:updated")
    assert (event["media"]["id"], event["media"]["status"]) == (media.id, READY)


def test_a_second_run_changes_nothing(owner: Person) -> None:
    media = receive(owner, IMAGE, JPEG, PHOTO)
    jobs.process(media.id)
    before = now_of(media)
    jobs.process(media.id)
    assert now_of(media) == before


def test_a_file_that_was_deleted_during_its_processing_stays_deleted(
    app: Flask, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    media, run = receive(owner, IMAGE, JPEG, PHOTO), child.run

    def delete_meanwhile(*arguments: Any) -> child.Outcome:
        with db.transaction():
            current = to_change(media.id)
            assert current is not None
            service.delete(current)
        return run(*arguments)

    monkeypatch.setattr(child, "run", delete_meanwhile)
    before = received.stored(app)
    jobs.process(media.id)
    assert (now_of(media).status, usage(owner)) == (DELETED, 0)
    assert received.stored(app) - before == received.trashed(media), "the purge deletes them"


def test_a_store_that_is_away_costs_no_try(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*_: Any) -> None:
        raise Temporary("the store is away")

    media = receive(owner, IMAGE, JPEG, PHOTO)
    with monkeypatch.context() as patch:
        patch.setattr("metaia.providers.storage.local.Local.put", unavailable)
        for _ in range(results.MOST_TRIES + 1):
            with pytest.raises(Temporary):
                jobs.process(media.id)
    assert (now_of(media).status, now_of(media).tries) == (PROCESSING, 0)
    jobs.process(media.id)
    assert now_of(media).status == READY


def test_the_third_interrupted_try_is_the_last(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise child.Interrupted

    media = receive(owner, IMAGE, JPEG, PHOTO)
    monkeypatch.setattr(child, "run", interrupted)
    for _ in range(2):
        with pytest.raises(child.Interrupted):
            jobs.process(media.id)
    jobs.process(media.id)
    assert (now_of(media).status, now_of(media).reason) == (REJECTED, "unreadable")


def test_a_file_that_has_killed_three_workers_is_refused(owner: Person) -> None:
    media = receive(owner, IMAGE, JPEG, PHOTO, tries=3)
    jobs.process(media.id)
    assert (now_of(media).status, now_of(media).reason) == (REJECTED, "unreadable")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, None),
        ({"size": 17}, "size_mismatch"),
        ({"sha256": bytes(32)}, "hash_mismatch"),
        ({"size": None, "sha256": None}, None),
    ],
)
def test_bytes_that_a_client_has_sent_to_the_store_are_compared(
    app: Flask, owner: Person, tmp_path: Path, fields: dict[str, Any], reason: str | None
) -> None:
    key = f"incoming/{tmp_path.name}.jpg"
    (file := tmp_path / "file").write_bytes(PHOTO)
    registry.store(app).put(key, file, JPEG)
    media = receive(owner, IMAGE, JPEG, PHOTO, incoming_key=key, **fields)
    jobs.process(media.id)
    after = now_of(media)
    assert (after.reason, after.incoming_key) == (reason, None)
    assert (after.status, after.size) == ((READY, len(PHOTO)) if reason is None else (REJECTED, after.size))
    assert received.trashed(media) == {key}, "what a client may write is deleted"


@pytest.fixture
def scanner(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """Give the files that a stub of ClamAV's daemon gets; it finds the word EICAR."""
    files: list[bytes] = []

    def answer(connection: socket.socket, _address: object) -> None:
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            body = b""
            while size := struct.unpack(">I", stream.read(4))[0]:
                body += stream.read(size)
            files.append(body)
            connection.sendall(b"stream: Eicar FOUND\0" if b"EICAR" in body else b"stream: OK\0")

    server = StreamServer(("127.0.0.1", 0), answer)
    server.start()
    monkeypatch.setitem(app.config, "CLAMD_URL", f"tcp://127.0.0.1:{server.server_port}")
    yield files
    server.stop()


@pytest.mark.parametrize(("body", "status"), [(b"hello", READY), (b"EICAR", REJECTED)])
def test_the_scanner_gets_each_file(owner: Person, scanner: list[bytes], body: bytes, status: str) -> None:
    media = receive(owner, DOCUMENT, "text/plain", body)
    jobs.process(media.id)
    assert (now_of(media).status, scanner) == (status, [body])
    assert now_of(media).reason == (None if status == READY else "infected")


def test_a_scanner_that_is_away_keeps_the_file_waiting(
    app: Flask, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    monkeypatch.setitem(app.config, "CLAMD_URL", f"tcp://127.0.0.1:{port}")
    media = receive(owner, DOCUMENT, "text/plain", b"hello")
    with pytest.raises(ScanUnavailable):
        jobs.process(media.id)
    assert (now_of(media).status, now_of(media).tries) == (PROCESSING, 0)


def test_folders_of_ended_processes_are_swept(tmp_path: Path) -> None:
    (tmp_path / "killed").mkdir()
    (tmp_path / "killed" / "received").write_bytes(b"x")
    (tmp_path / "killed.lock").touch()
    with folders.temporary(tmp_path) as mine:
        (mine / "received").write_bytes(b"x")
        assert folders.sweep(tmp_path) == 1
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([mine.name, f"{mine.name}.lock"])
    gevent.sleep(0)
    assert list(tmp_path.iterdir()) == []
