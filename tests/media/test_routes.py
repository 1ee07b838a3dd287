"""Lists, reads and changes of files, for owners and staff."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from metaia.core import db
from metaia.core.audit.log import AuditEntry
from metaia.core.json import Json
from metaia.media import privacy, queries
from metaia.media.models import MediaTrashRow
from tests.support.media import insert_media
from tests.support.people import PASSWORD, Person, World


@pytest.fixture
def person(world: World) -> Person:
    return world.person()


def listed(person: Person, query: str = "") -> list[Json]:
    answer = person.get(f"/api/upload?{query}")
    assert answer.status_code == 200, answer.text
    media: list[Json] = answer.json()["data"]["media"]
    return media


def ids(rows: list[Json]) -> set[str]:
    return {row["id"] for row in rows}


def audited(media_id: str) -> list[str]:
    entries = (
        select(AuditEntry.action).where(AuditEntry.subject == f"media-{media_id}").order_by(AuditEntry.id)
    )
    return [row.action for row in db.fetch_all(entries)]


def test_a_list_has_the_files_that_its_filters_name(person: Person) -> None:
    one = insert_media(person, folder="profile", filename="Shirt (1).webp")
    two = insert_media(person, kind="voice", filename="hello.ogg")
    gone = insert_media(person)
    assert person.delete(f"/api/upload/{gone.id}").status_code == 202
    expected = {
        "": {one.id, two.id},
        "kind=voice": {two.id},
        "folder=profile": {one.id},
        "status=deleted": {gone.id},
        "status=ready,deleted": {one.id, two.id, gone.id},
        "attached=true": set(),
        "attached=false": {one.id, two.id},
        "q=SHIRT": {one.id},
        f"ownerId={person.id}": {one.id, two.id},
    }
    assert {query: ids(listed(person, query)) for query in expected} == expected
    pages = person.get("/api/upload?limit=1").json()
    assert ids(pages["data"]["media"]) == {two.id}
    assert ids(listed(person, f"limit=1&cursor={pages['meta']['nextCursor']}")) == {one.id}


def test_a_user_lists_no_files_of_others(world: World, person: Person) -> None:
    other = insert_media(world.person())
    assert other.id not in ids(listed(person))
    assert person.get(f"/api/upload?ownerId={other.owner_id}").status_code == 403


def test_staff_read_private_files_only_with_an_audit_entry(world: World, person: Person) -> None:
    support, media = world.staff("support"), insert_media(person)
    [row] = listed(support, f"ownerId={person.id}")
    assert (row["id"], row["url"], row["thumbnails"]) == (media.id, None, None)
    assert audited(media.id) == []
    assert support.get(f"/api/upload/{media.id}").json()["data"]["media"]["url"]
    assert audited(media.id) == ["media.read"]


def test_an_owner_changes_name_text_and_folder(person: Person) -> None:
    media = insert_media(person, folder="general", content_type="image/jpeg")
    url = f"/api/upload/{media.id}"
    answer = person.patch(url, {"alt": "A shirt", "filename": "../x.exe", "expectedVersion": 1})
    changed = answer.json()["data"]["media"]
    assert (changed["alt"], changed["filename"], changed["version"]) == ("A shirt", "x.exe.jpg", 2)
    assert answer.headers["ETag"] == '"2"'
    assert (
        person.patch(url, {"alt": None}, headers={"If-Match": '"1"'}).json()["error"]["code"]
        == "stale_version"
    )
    assert person.patch(url, {"folder": "profile"}).json()["error"]["details"].keys() == {"folder"}
    assert person.patch(url, {"folder": "menu"}).status_code == 403
    assert person.patch(url, {}).json()["data"]["media"]["version"] == 2


def test_a_picture_is_kept_in_the_folder_of_menus_only(world: World) -> None:
    vendor, admin = world.person("vendor"), world.staff("admin")
    url = f"/api/upload/{insert_media(vendor, folder='profile').id}"
    assert vendor.get(url).json()["data"]["media"]["expiresAt"] is not None
    assert vendor.patch(url, {"folder": "menu"}).json()["data"]["media"]["expiresAt"] is None
    admin.patch(f"{url}/hide")
    assert admin.patch(f"{url}/show").json()["data"]["media"]["expiresAt"] is None
    assert vendor.patch(url, {"folder": "profile"}).json()["data"]["media"]["expiresAt"] is not None
    usage = vendor.get("/api/upload/usage").json()["data"]["usage"]
    assert (usage["files"], usage["unattached"]) == (1, 1)
    vendor.patch(url, {"folder": "banner"})
    assert vendor.get("/api/upload/usage").json()["data"]["usage"]["unattached"] == 0


def test_a_deleted_file_is_gone_for_all(world: World, person: Person) -> None:
    media = insert_media(person, folder="profile")
    stale = person.delete(f"/api/upload/{media.id}", headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale_version")
    answer = person.delete(f"/api/upload/{media.id}")
    assert answer.json()["data"]["media"]["status"] == "deleted"
    for user in (person, world.person(), world.staff("admin")):
        answer = user.get(f"/api/upload/{media.id}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (410, "gone")
        assert answer.json()["error"]["details"].keys() == {"deletedAt", "deletedEverywhereAt"}
    assert person.delete(f"/api/upload/{media.id}").status_code == 410


def test_an_admin_hides_a_file_and_shows_it_again(world: World, person: Person) -> None:
    admin, media = world.staff("admin"), insert_media(person, folder="profile")
    url = f"/api/upload/{media.id}"
    hidden = admin.patch(f"{url}/hide", {"reason": "reported"}).json()["data"]["media"]
    assert (hidden["status"], hidden["allowedActions"]) == ("hidden", ["show", "delete"])
    assert [user.get(url).status_code for user in (person, world.person(), admin)] == [410, 410, 200]
    assert person.delete(url).status_code == 410
    assert admin.patch(f"{url}/hide").json()["error"]["code"] == "illegal_transition"
    shown = admin.patch(f"{url}/show").json()["data"]["media"]
    assert (shown["status"], shown["expiresAt"] is None) == ("ready", False)
    assert audited(media.id) == ["media.hide", "media.show"]


def test_staff_change_the_limits_of_one_user(world: World, person: Person) -> None:
    admin = world.staff("admin")
    url = f"/api/admin/users/{person.id}/upload-limits"
    before = admin.get(url).json()["data"]["usage"]
    changed = admin.put(url, {"limit": 5, "filesLimit": None}).json()["data"]["usage"]
    assert changed == before | {"limit": 5}
    assert person.get("/api/upload/usage").json()["data"]["usage"] == changed
    entry = select(AuditEntry.before, AuditEntry.after).where(AuditEntry.action == "media.limits_changed")
    row = db.fetch_one(entry.where(AuditEntry.subject == f"user-{person.id}"))
    assert row is not None
    assert (row.before["limit"], row.after["limit"]) == (before["limit"], 5)
    assert admin.put(url, {"limit": None, "filesLimit": None}).json()["data"]["usage"] == before


def test_a_deleted_account_leaves_no_files(person: Person) -> None:
    media = insert_media(person, folder="profile", filename="Asha Rao.webp", alt="Asha")
    person.patch("/api/auth/me", {"avatarMediaId": media.id})
    assert person.delete("/api/auth/me", json={"password": PASSWORD}).status_code == 200
    assert privacy.delete_files() >= 1
    kept = queries.by_id(media.id)
    assert kept is not None
    assert (kept.status, kept.filename, kept.alt, kept.attached_to) == ("deleted", "deleted", None, ())
    assert len(db.fetch_all(select(MediaTrashRow.key).where(MediaTrashRow.media_id == media.id))) == 4


def test_an_export_lists_the_files(person: Person) -> None:
    media = insert_media(person)
    export = person.get("/api/auth/export").json()["data"]["export"]
    assert [row["id"] for row in export["media"]] == [media.id]
    assert "url" not in export["media"][0]
