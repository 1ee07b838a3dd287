"""Uploads through the server: forms and bare bytes, refusals, waiting and repetition."""

from __future__ import annotations

import gevent
import pytest
import requests
from flask import Flask
from sqlalchemy import select

from metaia.core import db
from metaia.core.http import endpoint
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.media import queries, waiting
from metaia.media.kinds import KINDS
from metaia.media.models import PART_SIZE, MediaPartRow
from metaia.media.quotas import queries as quota_queries
from metaia.media.quotas import service as quota_service
from metaia.media.receiving import reading
from metaia.media.state import PROCESSING, REJECTED
from tests.support.media import in_parallel, process
from tests.support.people import WAIT, Person, World

JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(1000)
NOW = "?wait=0"


def send(
    person: Person, kind: str, file: object = JPEG, query: str = NOW, **options: object
) -> requests.Response:
    return person.post(f"/api/upload/{kind}{query}", files={"file": file}, **options)


def media_of(answer: requests.Response, status: int = 202) -> Json:
    assert answer.status_code == status, answer.text
    media: Json = answer.json()["data"]["media"]
    return media


def error_of(answer: requests.Response, status: int) -> Json:
    assert answer.status_code == status, answer.text
    error: Json = answer.json()["error"]
    return error


def chunks(body: bytes) -> object:
    yield from (body[start : start + 1000] for start in range(0, len(body), 1000))


def test_a_form_stores_the_bytes_with_its_fields(world: World) -> None:
    person = world.person()
    body = JPEG + bytes(2 * PART_SIZE)
    fields = {"folder": "profile", "alt": "A face", "duration": "3600"}
    media = media_of(send(person, "image", ("IMG_1.JPG", body, "image/jpg"), data=fields))
    assert (media["status"], media["kind"], media["folder"], media["visibility"]) == (
        "processing", "image", "profile", "public",
    )  # fmt: skip
    assert (media["filename"], media["contentType"], media["size"]) == ("IMG_1.JPG", "image/jpeg", len(body))
    assert (media["alt"], media["duration"], media["url"], media["expiresAt"]) == ("A face", None, None, None)
    parts = db.fetch_all(select(MediaPartRow.body).where(MediaPartRow.media_id == media["id"]).order_by("no"))
    assert b"".join(row.body for row in parts) == body
    assert max(len(row.body) for row in parts) == PART_SIZE
    usage = person.get("/api/upload/usage").json()["data"]["usage"]
    assert (usage["bytes"], usage["files"], usage["unattached"]) == (len(body), 1, 1)


def test_bare_bytes_are_an_upload(world: World) -> None:
    query = f"{NOW}&folder=general&filename=%E0%A4%A4.pdf"
    answer = world.person().post(
        f"/api/upload/document{query}", data=b"%PDF-1.7\n", headers={"Content-Type": "application/pdf"}
    )
    media = media_of(answer)
    assert (media["filename"], media["contentType"], media["visibility"]) == (
        "त.pdf",
        "application/pdf",
        "private",
    )


def test_bodies_without_a_length_are_cut_at_the_limit(world: World) -> None:
    person = world.person()
    media_of(person.post(f"/api/upload/image{NOW}", data=chunks(JPEG)))
    limit = KINDS["image"].max_size
    error = error_of(person.post(f"/api/upload/image{NOW}", data=chunks(JPEG + bytes(limit))), 413)
    assert (error["code"], error["details"]) == ("too_large", {"limit": limit})


def test_the_limit_is_for_the_file_itself(world: World) -> None:
    person = world.person()
    limit = KINDS["image"].max_size
    media_of(send(person, "image", ("a.jpg", JPEG + bytes(limit - len(JPEG)))))
    for size in (limit + 1, 2 * limit):
        error = error_of(send(person, "image", ("a.jpg", JPEG + bytes(size - len(JPEG)))), 413)
        assert (error["code"], error["details"]) == ("too_large", {"limit": limit})


def test_other_types_are_refused_by_their_bytes(world: World) -> None:
    person = world.person()
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(5000)
    error = error_of(send(person, "image", ("IMG_1.JPG", heic, "image/jpg")), 415)
    assert error["code"] == "unsupported_image"
    assert error["details"] == {"found": "image/heic", "accepted": ["image/jpeg", "image/png", "image/webp"]}
    assert "Most Compatible" in error["message"]
    for kind, code in {"document": "unsupported_document", "voice": "unsupported_audio"}.items():
        assert error_of(send(person, kind, ("a.txt", b"<svg onload=alert(1)>")), 415)["code"] == code
    assert quota_queries.usage(person.id, "customer").files == 0


def test_exactly_one_file_is_accepted(world: World) -> None:
    person = world.person()
    url = f"/api/upload/image{NOW}"
    two = [("file", ("a.jpg", JPEG)), ("file", ("b.jpg", JPEG))]
    forms: list[dict[str, object]] = [
        {"files": two},
        {"files": {"picture": ("a.jpg", JPEG)}},
        {"files": {"file": (None, "text")}},
    ]
    for form in forms:
        assert error_of(person.post(url, **form), 422)["code"] == "one_file"
    assert error_of(send(person, "image", ("a.jpg", b"")), 422)["code"] == "empty"
    assert error_of(person.post(url, data=b""), 422)["code"] == "empty"


def test_fields_are_checked(world: World) -> None:
    person = world.person()
    for fields in ({"folder": "secret"}, {"other": "1"}, {"visibility": "public"}, {"alt": "x" * 501}):
        error = error_of(send(person, "image", data=fields), 422)
        assert (error["code"], [*error["details"]]) == ("invalid", [*fields])
    assert error_of(send(person, "image", query="?wait=11"), 422)["details"].keys() == {"wait"}
    assert (
        media_of(send(person, "image", data={"folder": "profile", "visibility": "private"}))["visibility"]
        == "private"
    )


def test_only_partners_use_their_folders(world: World) -> None:
    for folder in ("menu", "banner"):
        assert error_of(send(world.person(), "image", data={"folder": folder}), 403)["code"] == "forbidden"
        assert media_of(send(world.person("tailor"), "image", data={"folder": folder}))["folder"] == folder


PART = b"--b\r\nContent-Disposition: form-data; name=file; filename=a.jpg\r\n\r\n" + JPEG
FIELD = b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n"
END = b"\r\n--b--\r\n"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param(PART, 400, "unreadable_upload", id="no end"),
        pytest.param(b"", 400, "unreadable_upload", id="nothing"),
        pytest.param(b"x" * 200_000, 413, "too_large", id="no part"),
        pytest.param(b"--b\r\n" + b"A: b\r\n" * 400_000, 413, "too_large", id="headers"),
        pytest.param(FIELD * 70_000 + END, 413, "too_large", id="parts"),
        pytest.param(PART + b"\r" + b"\n" * 4_000_000 + END, 202, None, id="line breaks"),
        pytest.param(PART + b"\r" + b"x" * 4_000_000 + END, 202, None, id="a carriage return"),
    ],
)
def test_hostile_forms_do_not_stall(world: World, body: bytes, status: int, code: str | None) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = world.person().post(f"/api/upload/image{NOW}", data=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert code is None or answer.json()["error"]["code"] == code


def test_a_form_without_boundary_is_unreadable(world: World) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=é"):
        answer = world.person().post(
            f"/api/upload/image{NOW}", data=b"x", headers={"Content-Type": kind.encode("latin-1")}
        )
        assert error_of(answer, 400)["code"] == "unreadable_upload"


def test_the_answer_waits_for_the_processing(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait, longer = waiting.until_processed, 10 * WAIT  # the client itself gives up after WAIT
    monkeypatch.setattr(waiting, "until_processed", lambda media, user, _: wait(media, user, longer))
    person = world.person()
    screen = person.socket()

    def finish() -> None:
        [event] = screen.wait("upload:updated")
        assert event["media"]["status"] == PROCESSING
        process(event["media"]["id"])

    answer, _ = in_parallel(app, [lambda: send(person, "image", query="?wait=10"), finish])
    media = media_of(answer, 201)
    assert (media["status"], media["version"]) == ("ready", 2)
    assert media["url"]
    assert media["thumbnails"].keys() == {"small", "medium", "large"}


def test_a_rejected_file_is_an_error_with_the_reason(app: Flask, world: World) -> None:
    person = world.person()
    screen = person.socket()

    def refuse() -> None:
        media_id = screen.wait("upload:updated")[0]["media"]["id"]
        process(media_id, status=REJECTED, reason="too_many_pixels", renditions=None)

    answer, _ = in_parallel(app, [lambda: send(person, "image", query="?wait=10"), refuse])
    error = error_of(answer, 422)
    assert error["code"] == "too_many_pixels"
    assert (
        person.get(f"/api/upload/{error['details']['mediaId'][0]}").json()["data"]["media"]["status"]
        == "rejected"
    )


def test_a_repeated_upload_is_stored_once(world: World) -> None:
    person, headers = world.person(), {"Idempotency-Key": new_id()}
    first = media_of(send(person, "image", headers=headers))
    process(first["id"])
    again = send(person, "image", headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (media_of(again, 201)["id"], media_of(again, 201)["status"]) == (first["id"], "ready")
    assert quota_queries.usage(person.id, "customer").files == 1
    for other in ({"file": JPEG + b"x"}, {"data": {"alt": "other"}}):
        answer = send(person, "image", headers=headers, **other)
        assert error_of(answer, 409)["code"] == "idempotency_mismatch"


def test_an_upload_that_broke_off_is_repeated_at_once(world: World) -> None:
    person, headers = world.person(), {"Idempotency-Key": new_id()}

    def broken() -> object:
        yield JPEG
        raise ConnectionResetError

    with pytest.raises(requests.ConnectionError):
        person.post(f"/api/upload/image{NOW}", data=broken(), headers=headers)
    media_of(person.post(f"/api/upload/image{NOW}", data=JPEG, headers=headers))
    assert quota_queries.usage(person.id, "customer").files == 1


def test_parallel_uploads_do_not_pass_the_quota(app: Flask, world: World) -> None:
    person = world.person()
    quota_service.set_limits(person.id, 20 * len(JPEG), None)
    with db.transaction():
        db.execute(quota_service.REFUND, {"user_id": person.id, "size": -19 * len(JPEG), "files": 0})
    answers = in_parallel(app, [lambda: send(person, "image")] * 20)
    assert sorted(answer.status_code for answer in answers) == [202] + [429] * 19
    refused = next(answer for answer in answers if answer.status_code == 429)
    limit = 20 * len(JPEG)
    assert refused.json()["error"]["details"] == {"quota": "bytes", "used": limit, "limit": limit}
    assert quota_queries.usage(person.id, "customer").bytes == limit


def test_uploads_of_all_kinds_are_counted_together(app: Flask) -> None:
    limits = [endpoint.of(app.view_functions[f"upload.{kind}"]).limit for kind in KINDS]
    assert {(limit.name, limit.limit, limit.shared) for limit in limits} == {
        ("upload", "30 per minute", True)
    }
    assert {limit.max_file for limit in limits} == {kind.max_size for kind in KINDS.values()}


def test_slow_uploads_do_not_take_the_place_of_all_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "UNDER_WAY", gevent.lock.BoundedSemaphore(1))
    reading.UNDER_WAY.acquire()
    answer = send(world.person(), "image")
    assert error_of(answer, 503)["code"] == "unavailable"
    assert answer.headers["Retry-After"] == "2"
    reading.UNDER_WAY.release()
    media = queries.by_id(media_of(send(world.person(), "image"))["id"])
    assert media is not None
    assert reading.UNDER_WAY.counter == 1
