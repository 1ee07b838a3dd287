"""The profile of a partner: what it has, who changes it, and its way to the directory."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db, times
from metaia.core.ids import new_id
from metaia.shops import jobs
from tests.support.media import insert_media
from tests.support.people import PASSWORD, Person, World
from tests.support.shops import ME, PARIS, open_shop, own
from tests.support.waiting import until

WEEK = {"mon": [{"from": "09:00", "to": "12:30"}], "fri": [{"from": "18:00", "to": "03:00"}]}


@pytest.fixture
def partner(world: World) -> Person:
    return world.person("tailor")


def code(answer) -> str:
    return f"{answer.status_code} {answer.json()['error']['code']}"


def test_a_partner_creates_changes_and_publishes_its_profile(world, partner):
    assert code(partner.get(ME)) == "404 not_found"
    assert code(world.person().put(ME, {"businessName": "No partner"})) == "403 forbidden"
    name = f"Café Crème {partner.id[-8:]}"
    made = own(
        partner.put(ME, {"businessName": name, "location": PARIS, "minimumOrder": 12.5, "currency": "EUR"})
    )
    assert made["slug"] == f"cafe-creme-{partner.id[-8:]}"
    assert (made["status"], made["version"], made["menuVersion"]) == ("draft", 1, 1)
    assert (made["minimumOrder"], made["location"], made["rating"]) == (
        12.5,
        PARIS,
        {"average": None, "count": 0},
    )
    assert made["allowedActions"] == ["submit", "pause"]
    assert code(world.call("GET", f"/api/partners/{partner.id}")) == "404 not_found"
    changed = own(partner.patch(ME, {"tags": ["linen", "linen", "silk"], "expectedVersion": 1}))
    assert (changed["tags"], changed["version"], changed["minimumOrder"]) == (["linen", "silk"], 2, 12.5)
    assert code(partner.patch(ME, {"description": "x", "expectedVersion": 1})) == "409 stale_version"
    assert own(partner.patch(ME, {"tags": ["linen", "silk"]}))["version"] == 2  # nothing has changed
    assert own(partner.post(f"{ME}/submit", {}))["status"] == "published"
    for address in (partner.id, partner.id.upper(), made["slug"]):
        shown = world.call("GET", f"/api/partners/{address}").json()["data"]["partner"]
        assert (shown["businessName"], shown["availability"], shown["acceptsOrders"]) == (name, "open", True)
        assert "statusReason" not in shown
    replaced = own(partner.put(ME, {"businessName": name, "currency": "EUR", "minimumOrder": 0}))
    assert (replaced["tags"], replaced["location"], replaced["slug"]) == ([], None, made["slug"])


def test_a_profile_in_review_is_decided_by_admins(app: Flask, world, partner, monkeypatch):
    monkeypatch.setitem(app.config, "PARTNER_APPROVAL", "manual")
    admin, of_partner = world.staff(), f"/api/admin/partners/{partner.id}"
    assert open_shop(partner)["status"] == "in_review"
    waiting = admin.get(
        "/api/admin/partners", params={"status": "in_review", "limit": 100, "sort": "-updatedAt"}
    )
    assert partner.id in {each["id"] for each in waiting.json()["data"]["partners"]}
    back = own(admin.patch(f"{of_partner}/return", {"reason": "Add a picture."}))
    assert (back["status"], back["statusReason"]) == ("draft", "Add a picture.")
    assert code(admin.patch(f"{of_partner}/approve", {})) == "409 illegal_transition"
    assert own(partner.post(f"{ME}/submit", {}))["status"] == "in_review"
    assert code(partner.post(f"{ME}/show", {})) == "409 illegal_transition"
    assert own(admin.patch(f"{of_partner}/approve", {}))["status"] == "published"
    assert own(partner.post(f"{ME}/hide", {}))["status"] == "hidden"
    assert code(world.call("GET", f"/api/partners/{partner.id}")) == "404 not_found"
    assert own(partner.post(f"{ME}/show", {}))["status"] == "published"
    assert own(admin.patch(f"{of_partner}/hide", {"reason": "A complaint."}))["hours"]["weekly"] is None
    assert "show" not in own(partner.get(ME))["allowedActions"]
    assert partner.post(f"{ME}/show", {}).status_code in {403, 409}
    assert own(admin.patch(f"{of_partner}/show", {}))["status"] == "published"
    audited = admin.get("/api/admin/audit", params={"subject": f"partner-{partner.id}"}).json()["data"]
    actions = [entry["action"] for entry in next(iter(audited.values()))]
    assert sorted(actions) == ["partner.approve", "partner.hide", "partner.return", "partner.show"]


@pytest.mark.parametrize(
    ("locale", "titles"),
    [
        (
            "en",
            [
                "Your profile needs a change",
                "Your shop is published",
                "Your shop is hidden",
                "Your shop is visible again",
            ],
        ),
        (
            "hi",
            [
                "आपकी प्रोफ़ाइल में बदलाव चाहिए",
                "आपकी दुकान प्रकाशित है",
                "आपकी दुकान छिपाई गई",
                "आपकी दुकान फिर दिख रही है",
            ],
        ),
    ],
)
def test_a_partner_is_notified_of_decisions_about_its_profile(
    app: Flask, world, partner, monkeypatch, locale, titles
):
    monkeypatch.setitem(app.config, "PARTNER_APPROVAL", "manual")
    assert partner.patch("/api/auth/me", {"locale": locale}).ok
    admin, of_partner = world.staff(), f"/api/admin/partners/{partner.id}"
    name = open_shop(partner)["businessName"]
    assert admin.patch(f"{of_partner}/return", {"reason": "Add a picture."}).ok
    assert partner.post(f"{ME}/submit", {}).ok
    assert admin.patch(f"{of_partner}/approve", {}).ok
    assert partner.post(f"{ME}/hide", {}).ok  # its own action
    assert partner.post(f"{ME}/show", {}).ok
    assert admin.patch(f"{of_partner}/hide", {"reason": "A complaint."}).ok
    assert admin.patch(f"{of_partner}/show", {}).ok
    found = partner.get("/api/notifications").json()["data"]["notifications"][::-1]
    assert [each["type"] for each in found] == [
        f"profile_{what}" for what in ("returned", "approved", "hidden", "shown")
    ]
    assert [each["title"] for each in found] == titles
    assert all(name in each["message"] for each in found)
    assert "Add a picture." in found[0]["message"]
    assert "A complaint." in found[2]["message"]
    assert [each["data"]["reason"] for each in found] == ["Add a picture.", None, "A complaint.", None]


def test_hours_and_pauses_decide_about_orders(app: Flask, world, partner):
    open_shop(partner)
    given = {"timeZone": "Europe/Paris", "weekly": WEEK, "exceptions": [{"date": "2031-12-25", "hours": []}]}
    found = own(partner.put(f"{ME}/hours", given | {"lastOrderMinutes": 15}))
    assert found["hours"]["weekly"]["fri"] == WEEK["fri"]
    assert found["hours"]["exceptions"] == [{"date": "2031-12-25", "hours": [], "note": None}]
    assert found["timeZone"] == "Europe/Paris"
    closed = own(partner.put(f"{ME}/hours", {"weekly": {}}))
    assert (closed["availability"], closed["opensAt"]) == ("closed", None)
    assert own(partner.put(f"{ME}/hours", {}))["availability"] == "open"
    paused = own(partner.post(f"{ME}/pause", {"minutes": 30, "reason": "Rain"}))
    assert (paused["availability"], paused["pauseReason"]) == ("closed", "Rain")
    assert paused["opensAt"] == paused["pausedUntil"]
    assert "resume" in paused["allowedActions"]
    over = "UPDATE partner_profiles SET paused_until = now() - interval '1 s' WHERE user_id = :id"
    with app.app_context(), db.transaction():
        db.execute(text(over), {"id": partner.id})
    assert own(partner.get(ME))["allowedActions"] == ["hide", "pause"]
    assert own(partner.post(f"{ME}/resume", {}))["availability"] == "open"
    too_late = times.rfc3339(times.now() + timedelta(days=8))
    table = [
        ("hours", {"weekly": {"mon": [{"from": "09:00", "to": "09:00"}]}}),
        (
            "hours",
            {
                "weekly": {
                    "mon": [{"from": "22:00", "to": "03:00"}],
                    "tue": [{"from": "02:00", "to": "04:00"}],
                }
            },
        ),
        ("hours", {"exceptions": [{"date": "2031-01-01"}, {"date": "2031-01-01"}]}),
        ("hours", {"exceptions": [{"date": "0936-12-31"}, {"date": "2031-01-01"}]}),
        ("delivery", {"tiers": [{"upToKm": "far", "minimum": 0, "fee": 0}]}),
        ("hours", {"timeZone": "Mars/Olympus"}),
        ("hours", {"lastOrderMinutes": -1}),
        ("pause", {}),
        ("pause", {"until": too_late}),
        ("pause", {"until": "2020-01-01T00:00:00Z"}),
        ("pause", {"minutes": 10_081}),
    ]
    for path, body in table:
        answer = partner.call("POST" if path == "pause" else "PUT", f"{ME}/{path}", body)
        assert answer.status_code == 422, (path, body, answer.text)


def test_bad_profiles_are_refused(world, partner):
    open_shop(partner)
    other, foreign = open_shop(world.person("vendor")), insert_media(world.person("tailor")).id
    nan = '{"location": {"lat": NaN, "lng": 1}}'
    assert partner.world.call(
        "PATCH", ME, data=nan,
        headers={"Authorization": f"Bearer {partner.token}", "Content-Type": "application/json"},
    ).status_code in {400, 422}  # fmt: skip
    table = [
        ({"location": {"lat": 85.01, "lng": 0}}, "422 invalid"),
        ({"location": {"lat": -90, "lng": 0}}, "422 invalid"),
        ({"location": {"lat": 0, "lng": 180.5}}, "422 invalid"),
        ({"location": {"lat": 1}}, "422 invalid"),
        ({"slug": other["slug"]}, "409 slug_taken"),
        ({"slug": "Me"}, "422 invalid"),
        ({"slug": "me"}, "422 invalid"),
        ({"slug": new_id()}, "422 invalid"),
        ({"website": "javascript:alert(1)"}, "422 invalid"),
        ({"website": "https://user:secret@host.example"}, "422 invalid"),
        ({"category": "no-such"}, "422 unknown_category"),
        ({"logoMediaId": foreign}, "422 unknown_media"),
        ({"minimumOrder": 1.005}, "422 invalid"),
        ({"minimumOrder": -1}, "422 invalid"),
        ({"priceLevel": 5}, "422 invalid"),
        ({"fulfilments": []}, "422 invalid"),
        ({"tags": ["x"] * 21}, "422 invalid"),
        ({"businessName": "\ud800"}, "400 invalid_json"),
        ({"address": {"country": "fr"}}, "422 invalid"),
        ({"unknown": 1}, "422 invalid"),
    ]
    for body, expected in table:
        assert code(partner.patch(ME, body)) == expected, body


def test_a_partner_keeps_a_category_that_is_not_active_any_more(world, partner):
    slug, admin = f"c-{partner.id[-8:]}", world.staff("admin")
    path, other = f"/api/admin/categories/{slug}", world.person("vendor")
    assert admin.put(path, {"name": "Cobblers"}).ok
    open_shop(partner, category=slug)
    open_shop(other)
    assert admin.put(path, {"name": "Cobblers", "active": False}).ok
    assert own(partner.patch(ME, {"category": slug, "tags": ["shoes"]}))["category"] == slug
    assert code(other.patch(ME, {"category": slug})) == "422 unknown_category"


def test_pictures_are_shown_by_their_addresses(world, partner):
    logo, picture = (insert_media(partner, folder="profile").id for _ in range(2))
    made = open_shop(partner, logoMediaId=logo, mediaIds=[picture])
    assert (made["logoMediaId"], made["mediaIds"], made["bannerMediaId"]) == (logo, [picture], None)
    shown = world.call("GET", f"/api/partners/{partner.id}").json()["data"]["partner"]
    assert (shown["logo"]["id"], [each["id"] for each in shown["media"]]) == (logo, [picture])
    assert partner.delete(f"/api/upload/{picture}?force=true").ok
    until(lambda: own(partner.get(ME))["mediaIds"] == [])


def test_a_currency_changes_only_without_amounts(partner):
    delivery = {"deliveryBy": "own", "tiers": [{"upToKm": 3, "fee": 2}]}
    open_shop(partner, currency="EUR", delivery=delivery)
    assert code(partner.patch(ME, {"currency": "JPY"})) == "409 currency_in_use"
    own(partner.put(f"{ME}/delivery", {"deliveryBy": "own"}))
    assert own(partner.patch(ME, {"currency": "JPY"}))["currency"] == "JPY"
    assert code(partner.patch(ME, {"minimumOrder": 1.5})) == "422 invalid"


def test_clients_that_look_at_a_partner_learn_of_changes(world, partner):
    open_shop(partner)
    customer = world.person().socket()
    assert customer.ask("join_partner_room", {"partnerId": partner.id})["ok"]
    own(partner.post(f"{ME}/pause", {"minutes": 5}))
    [event] = customer.wait("partner:changed", where=lambda got: got["pausedUntil"] is not None)
    assert (event["partnerId"], event["availability"]) == (partner.id, "closed")


def test_a_change_of_a_busy_partner_does_not_promise_that_it_takes_orders(world, partner):
    open_shop(partner, acceptWhenBusy=False)
    device = partner.socket()
    assert device.ask("presence:set", "busy")["ok"]
    assert own(partner.get(ME))["availability"] == "busy"
    customer = world.person().socket()
    assert customer.ask("join_partner_room", {"partnerId": partner.id})["ok"]
    own(partner.patch(ME, {"description": "By hand."}))
    [event, *_] = customer.wait("partner:changed")
    assert (event["availability"], event["acceptsOrders"]) == ("busy", False)


def test_a_deleted_account_leaves_no_profile(world, partner):
    made = open_shop(partner, phone="+33 1 42 68 53 00", description="By hand.", tags=["linen"])
    exported = partner.get("/api/auth/me/export")
    if exported.status_code == 200:
        assert [each["slug"] for each in exported.json()["partnerProfile"]] == [made["slug"]]
    assert partner.delete("/api/auth/me", json={"password": PASSWORD}).ok
    assert code(world.call("GET", f"/api/partners/{made['slug']}")) == "404 not_found"
    params = {"status": "hidden", "sort": "-updatedAt", "limit": 100}
    profiles = world.staff().get("/api/admin/partners", params=params).json()["data"]["partners"]
    [left] = [each for each in profiles if each["id"] == partner.id]
    shown = {left[name] for name in ("businessName", "description", "phone", "location")}
    assert (shown, left["slug"], left["tags"]) == ({"", None}, f"deleted-{partner.id}", [])


def test_the_job_keeps_the_times_of_hours_known(app: Flask, partner):
    open_shop(partner, hours={"weekly": WEEK})
    old = "UPDATE partner_profiles SET open_during = '{}' WHERE user_id = :id"
    known = "SELECT upper(open_during) > now() + interval '14 days' FROM partner_profiles"
    known += " WHERE user_id = CAST(:id AS uuid)"
    with app.app_context():
        with db.transaction():
            db.execute(text(old), {"id": partner.id})
        assert jobs.refresh_hours() >= 1
        assert db.fetch_value(text(known).bindparams(id=partner.id)) is True
