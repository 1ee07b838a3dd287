"""Staff list users, create staff, change roles, and disable and enable accounts."""

from __future__ import annotations

import random
import unicodedata
import uuid
from urllib.parse import urlencode

import gevent
import pytest
from sqlalchemy import text, update

from metaia.core import db
from metaia.core.access.actor import ROLES, SELF_REGISTERED
from metaia.core.ids import new_id
from metaia.notifications.registry import LINK_BUILDERS, NOTIFICATION_TYPES
from metaia.users.models import User
from tests.admin.conftest import USERS, WHY
from tests.support.people import PASSWORD, Person

ROUTES = [
    ("GET", USERS, None),
    ("GET", f"{USERS}/{{id}}", None),
    ("POST", USERS, {"email": "new@test.example", "name": "New", "role": "support"}),
    ("PATCH", f"{USERS}/{{id}}", {"active": False, **WHY}),
    ("POST", f"{USERS}/{{id}}/end-sessions", {}),
    ("POST", f"{USERS}/{{id}}/remove-second-factor", WHY),
    ("POST", f"{USERS}/{{id}}/impersonate", WHY),
    ("GET", "/api/admin/audit", None),
]


def login(world, email):
    return world.call("POST", "/api/auth/login", json={"email": email, "password": PASSWORD})


def listed(staff, **query):
    answer = staff.get(f"{USERS}?{urlencode(query)}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["users"]


def change(staff, person, **body):
    return staff.patch(f"{USERS}/{person.id}", WHY | body)


def by(staff, entries):
    """Return the actions on an account, without the entries about sessions that they ended."""
    return [e for e in entries if e["actorId"] == staff.id and e["action"] != "session.ended"]


def code(answer):
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize("role", sorted(SELF_REGISTERED))
@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_whoever_is_not_staff_gets_in_nowhere(world, method, path, body, role):
    person = world.person(role)
    assert code(person.call(method, path.format(id=person.id), body)) == (403, "forbidden")


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_without_a_token_nobody_gets_in(world, method, path, body):
    assert world.call(method, path.format(id=new_id()), json=body).status_code == 401


def test_support_sees_people_and_changes_nobody(world, support):
    person = world.person()
    assert support.get(f"{USERS}/{person.id}").status_code == 200
    assert change(support, person, active=False).status_code == 403
    assert support.post(f"{USERS}/{person.id}/end-sessions", {}).status_code == 403
    body = {"email": f"{uuid.uuid4().hex}@test.example", "name": "New", "role": "support"}
    assert support.post(USERS, body).status_code == 403
    assert support.get("/api/admin/audit").status_code == 403


def test_people_are_found_in_every_unicode_form(world, support):
    mark = uuid.uuid4().hex[:12]
    one = world.person(name=f"Åsa {mark} ÉÇ")
    with db.transaction():  # as the releases before stored it
        name = unicodedata.normalize("NFD", one.user["name"])
        db.execute(update(User).where(User.id == one.id).values(name=name))
    for q in (f"åsa {mark}", f"A\u030aSA {mark}", f"{mark} éç", f"Ａ\u030asa {mark}"):
        assert [user["id"] for user in listed(support, q=q)] == [one.id]
    assert listed(support, q=f"asa {mark}") == []
    assert listed(support, q=f"{mark}％") == []


def test_people_are_found_by_parts_of_what_they_are_called(world, support):
    mark = uuid.uuid4().hex
    one = world.person(name=f"Åsa {mark[:12]} 100%_x", phone="+91 98765 43210")
    for q in (mark[:12], mark[:12].upper(), "100%_x", one.user["email"][:20], one.user["phone"][4:]):
        assert one.id in [user["id"] for user in listed(support, q=q)]
    assert listed(support, q=f"{mark[:12]}%100") == []
    assert listed(support, q=f"{mark[:11]}_") == []
    [found] = listed(support, q=mark[:12])
    assert found == one.user | {"active": True, "inactiveBecause": None}


def test_people_are_listed_by_role_and_activity(world, admin):
    mark = uuid.uuid4().hex
    customer, tailor, gone = (world.person(r, name=f"{r} {mark}") for r in ("customer", "tailor", "tailor"))
    change(admin, gone, active=False)

    def ids(**query):
        return [user["id"] for user in listed(admin, q=mark, sort="createdAt", **query)]

    assert ids() == [customer.id, tailor.id, gone.id]
    assert ids(role="tailor") == [tailor.id, gone.id]
    assert ids(active="true") == [customer.id, tailor.id]
    assert ids(active="false", role="tailor") == [gone.id]


@pytest.mark.parametrize("sort", ["createdAt", "-createdAt", "name", "-name", "email", "-email"])
def test_pages_follow_each_other_without_a_gap(world, support, sort):
    mark = uuid.uuid4().hex
    made = [world.person(name=f"{letter} {mark}").user for letter in "cab"]
    key = sort.lstrip("-")
    expected = sorted(made, key=lambda user: user[key], reverse=sort.startswith("-"))
    seen, cursor = [], None
    while True:
        query = {"q": mark, "sort": sort, "limit": 1} | ({"cursor": cursor} if cursor else {})
        answer = support.get(f"{USERS}?{urlencode(query)}").json()
        seen += [user["id"] for user in answer["data"]["users"]]
        cursor = answer["meta"]["nextCursor"]
        if cursor is None:
            break
    assert seen == [user["id"] for user in expected]


@pytest.mark.parametrize(
    "query",
    ["role=king", "active=maybe", "sort=password", "limit=0", "limit=101", "cursor=x", "q=%00", "page=2"],
)
def test_a_list_that_cannot_be_is_invalid(support, query):
    assert code(support.get(f"{USERS}?{query}")) == (422, "invalid")


def test_one_account_with_its_sessions_and_how_much_it_has(world, support):
    person, tailor = world.person(), world.person("tailor")
    person.order(partnerId=tailor.id)
    person.order()
    login(world, person.user["email"])
    answer = support.get(f"{USERS}/{person.id}")
    data = answer.json()["data"]
    assert data["user"] == person.user | {"active": True, "inactiveBecause": None}
    assert answer.headers["ETag"] == '"1"'
    assert len(data["sessions"]) == 2
    assert {session["address"] for session in data["sessions"]} == {"127.0.0.1"}
    assert data["counts"] == {"orders": 2, "unreadNotifications": 2}
    assert support.get(f"{USERS}/{tailor.id}").json()["data"]["counts"]["orders"] == 1
    person.post("/api/auth/logout")
    assert len(support.get(f"{USERS}/{person.id}").json()["data"]["sessions"]) == 1


@pytest.mark.parametrize(("method", "path", "body"), [route for route in ROUTES if "{id}" in route[1]])
def test_somebody_who_is_nobody_is_not_found(boss, method, path, body):
    assert code(boss.call(method, path.format(id=new_id()), body)) == (404, "not_found")
    assert boss.call(method, path.format(id="me"), body).status_code == 404


def test_staff_is_made_by_an_admin_and_chooses_a_password_by_mail(world, admin, entries):
    email = f"{uuid.uuid4().hex}@test.example"
    body = {"email": email.upper(), "name": "New Person", "role": "support"}
    answer = admin.post(USERS, body)
    assert answer.status_code == 201, answer.text
    user = answer.json()["data"]["user"]
    assert (user["email"], user["role"], user["active"]) == (email, "support", True)
    assert login(world, email).status_code == 401
    told = db.fetch_one(
        text("SELECT type, data, shown, channels, planned_at FROM notifications WHERE user_id = :id"),
        {"id": user["id"]},
    )
    assert told is not None
    channels = NOTIFICATION_TYPES.current()[told.type].channels
    assert (told.type, told.shown, channels) == ("account_made", False, ("email",))
    assert (told.channels, told.planned_at) == (None, None), "the worker plans all of its channels"
    proof = db.fetch_one(text("SELECT * FROM proofs WHERE user_id = :id"), {"id": user["id"]})
    assert proof is not None
    assert (proof.purpose, proof.id) == ("reset_password", told.data["proofId"])
    assert 2.9 < (proof.expires_at - proof.created_at).total_seconds() / 86_400 < 3.1
    [entry] = by(admin, entries(f"user-{user['id']}"))
    assert (entry["action"], entry["actorId"], entry["after"]) == (
        "account.made",
        admin.id,
        {"role": "support"},
    )
    assert code(admin.post(USERS, body)) == (409, "email_taken")


def test_the_mailed_link_sets_the_password(world, admin):
    email = f"{uuid.uuid4().hex}@test.example"
    answer = admin.post(USERS, {"email": email, "name": "New Person", "role": "support"})
    data = db.fetch_value(
        text("SELECT data FROM notifications WHERE user_id = :id"),
        {"id": answer.json()["data"]["user"]["id"]},
    )
    builder = LINK_BUILDERS.current()[str(NOTIFICATION_TYPES.current()["account_made"].link)]
    link = builder(data)
    body = {"token": link.rpartition("=")[2], "password": PASSWORD}
    assert world.call("POST", "/api/auth/reset-password", json=body).status_code == 200
    data = login(world, email).json()["data"]
    assert data["user"]["emailVerified"] is True
    assert Person(world, data).get(USERS).status_code == 200


def test_making_staff_twice_with_one_key_makes_them_once(admin):
    body = {"email": f"{uuid.uuid4().hex}@test.example", "name": "New", "role": "support"}
    first, second = (admin.post(USERS, body, headers={"Idempotency-Key": body["email"]}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.json()["data"] == second.json()["data"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "customer"}, {"role": "tailor"}, {"role": None}, {"role": ["support"]}, {"email": "nobody"},
        {"email": None}, {"name": ""}, {"name": "a\x00b"}, {"password": PASSWORD}, {"active": True},
    ],
    ids=str,
)  # fmt: skip
def test_staff_cannot_be_made_of_just_anything(boss, wrong):
    body = {"email": f"{uuid.uuid4().hex}@test.example", "name": "New", "role": "support"}
    assert code(boss.post(USERS, body | wrong)) == (422, "invalid")


@pytest.mark.parametrize("role", ["support", "admin", "super_admin"])
def test_only_a_super_admin_makes_admins(world, admin, boss, role):
    def make(staff):
        body = {"email": f"{uuid.uuid4().hex}@test.example", "name": "New", "role": role}
        return staff.post(USERS, body).status_code

    assert make(boss) == 201
    assert make(admin) == (201 if role == "support" else 403)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_an_admin_closes_accounts_of_those_below_only(world, admin, role):
    person = world.person(role) if role in SELF_REGISTERED else world.staff(role)
    assert change(admin, person, active=False).status_code == (403 if role.endswith("admin") else 200)


@pytest.mark.parametrize(
    "body", [{"role": "admin"}, {"role": "super_admin"}, {"role": "admin", "active": True}]
)
def test_an_admin_makes_no_admins_out_of_others(world, admin, boss, body):
    person = world.person()
    assert code(change(admin, person, **body)) == (403, "forbidden")
    assert change(boss, person, **body).json()["data"]["user"]["role"] == body["role"]


@pytest.mark.parametrize("body", [{"active": False}, {"role": "customer"}, {"role": "super_admin"}])
def test_nobody_changes_themself(boss, admin, body):
    for staff in (boss, admin):
        assert code(change(staff, staff, **body)) == (403, "forbidden")
        assert staff.post(f"{USERS}/{staff.id}/end-sessions", {}).status_code == 403


def test_another_role_means_to_log_in_again_and_is_told_and_noted(world, admin, entries):
    person = world.person()
    answer = change(admin, person, role="vendor")
    assert answer.status_code == 200, answer.text
    user = answer.json()["data"]["user"]
    assert (user["role"], user["version"], answer.headers["ETag"]) == ("vendor", 2, '"2"')
    assert code(person.get("/api/auth/me")) == (401, "session_ended")
    again = Person(world, login(world, person.user["email"]).json()["data"])
    assert again.user["role"] == "vendor"
    told = again.get("/api/notifications").json()["data"]["notifications"]
    assert [(n["type"], n["data"]) for n in told] == [("role_changed", {"role": "vendor"})]
    [entry] = by(admin, entries(f"user-{person.id}"))
    assert entry | {"at": 0, "number": 0, "hash": 0} == {
        "action": "account.role_changed",
        "actorId": admin.id,
        "actorRole": "admin",
        "impersonatorId": None,
        "subject": f"user-{person.id}",
        "before": {"role": "customer"},
        "after": {"role": "vendor", **WHY},
        "address": "127.0.0.1",
        "requestId": answer.headers["X-Request-ID"],
        "at": 0,
        "number": 0,
        "hash": 0,
    }


def test_a_closed_account_cannot_log_in_until_it_is_open_again(world, admin, entries):
    person = world.person()
    user = change(admin, person, active=False).json()["data"]["user"]
    assert (user["active"], user["inactiveBecause"]) == (False, "disabled")
    assert code(person.get("/api/auth/me")) == (401, "session_ended")
    refreshed = world.call("POST", "/api/auth/refresh", json={"refreshToken": person.refresh_token})
    assert refreshed.status_code == 401
    assert login(world, person.user["email"]).status_code == 401
    user = change(admin, person, active=True).json()["data"]["user"]
    assert (user["active"], user["inactiveBecause"], user["version"]) == (True, None, 3)
    assert login(world, person.user["email"]).status_code == 200
    actions = [entry["action"] for entry in by(admin, entries(f"user-{person.id}"))]
    assert actions == ["account.enabled", "account.disabled"]


def test_who_took_a_break_cannot_come_back_once_staff_has_closed_the_account(world, admin):
    person = world.person()
    assert person.post("/api/auth/deactivate", {"password": PASSWORD}).status_code == 200
    assert login(world, person.user["email"]).status_code == 200  # the login reactivates them
    again = Person(world, login(world, person.user["email"]).json()["data"])
    assert again.post("/api/auth/deactivate", {"password": PASSWORD}).status_code == 200
    user = change(admin, person, active=False).json()["data"]["user"]
    assert (user["active"], user["inactiveBecause"]) == (False, "disabled")
    assert login(world, person.user["email"]).status_code == 401


def test_a_deleted_account_stays_deleted(world, admin):
    person = world.person()
    assert person.delete("/api/auth/me", json={"password": PASSWORD}).status_code == 200
    for body in ({"active": True}, {"role": "vendor"}):
        assert code(change(admin, person, **body)) == (409, "user_inactive")
    assert admin.get(f"{USERS}/{person.id}").json()["data"]["user"]["inactiveBecause"] == "deleted"


def test_a_change_that_changes_nothing_is_none(world, admin, entries):
    person = world.person()
    answer = change(admin, person, role="customer", active=True)
    assert (answer.status_code, answer.json()["data"]["user"]["version"]) == (200, 1)
    assert person.get("/api/auth/me").status_code == 200
    assert by(admin, entries(f"user-{person.id}")) == []


def test_role_and_activity_can_change_together(world, boss):
    person = world.person()
    user = change(boss, person, role="support", active=False).json()["data"]["user"]
    assert (user["role"], user["active"], user["version"]) == ("support", False, 2)


@pytest.mark.parametrize("how", ["body", "header"])
def test_a_change_of_an_old_version_is_refused_with_the_account_as_it_is(world, admin, how):
    person = world.person()
    change(admin, person, role="vendor")
    old = {"expectedVersion": 1} if how == "body" else {}
    headers = {"If-Match": '"1"'} if how == "header" else {}
    answer = admin.patch(f"{USERS}/{person.id}", WHY | {"role": "tailor"} | old, headers=headers)
    assert code(answer) == (409, "stale_version")
    details = answer.json()["error"]["details"]
    assert (details["version"], details["user"]["role"]) == (2, "vendor")
    assert change(admin, person, role="tailor", expectedVersion=2).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {}, {"role": "vendor"}, {"active": False}, WHY, {**WHY, "role": "king"}, {**WHY, "role": None},
        {**WHY, "active": "no"}, {**WHY, "active": None}, {**WHY, "active": []}, {"active": False, "reason": " "},
        {"active": False, "reason": "x" * 501}, {"active": False, "reason": "a\x00b"},
        {**WHY, "active": False, "expectedVersion": "one"}, {**WHY, "active": False, "email": "x@test.example"},
    ],
    ids=str,
)  # fmt: skip
def test_a_change_needs_a_reason_and_something_to_change(world, admin, body):
    person = world.person()
    assert code(admin.patch(f"{USERS}/{person.id}", body)) == (422, "invalid")
    assert person.get("/api/auth/me").status_code == 200


def test_ending_sessions_leaves_the_account_open(world, admin, entries):
    person = world.person()
    other = Person(world, login(world, person.user["email"]).json()["data"])
    answer = admin.post(f"{USERS}/{person.id}/end-sessions", WHY)
    assert answer.json()["data"] == {"ended": 2}
    assert {code(each.get("/api/auth/me")) for each in (person, other)} == {(401, "session_ended")}
    assert login(world, person.user["email"]).status_code == 200
    last = entries(f"user-{person.id}", action="account.sessions_ended")[0]
    assert (last["actorId"], last["after"]) == (admin.id, {"sessions": 2, **WHY})


@pytest.fixture
def two_left(world, boss):
    """Give two super admins, and make them the only active ones during the test."""
    second = world.staff("super_admin")
    others = "role = 'super_admin' AND active AND id NOT IN (:a, :b)"
    ids = {"a": boss.id, "b": second.id}
    with db.transaction():
        rows = db.execute(text(f"UPDATE users SET active = false WHERE {others} RETURNING id"), ids).all()
    yield boss, second
    with db.transaction():
        db.execute(
            text("UPDATE users SET active = true WHERE id = ANY(:ids)"), {"ids": [row.id for row in rows]}
        )


@pytest.mark.parametrize(
    "body", [{"active": False}, {"role": "admin"}, {"role": "customer", "active": False}]
)
def test_of_the_last_two_super_admins_who_remove_each_other_at_once_one_remains(two_left, body):
    one, other = two_left
    tries = [gevent.spawn(change, a, b, **body) for a, b in ((one, other), (other, one))]
    answers = [attempt.get(timeout=30) for attempt in tries]
    done, refused = sorted(answer.status_code for answer in answers)
    assert (done, refused in {401, 409}) == (200, True)  # logged out already, or the last one
    left = "SELECT count(*) FROM users WHERE role = 'super_admin' AND active"
    assert db.fetch_value(text(left)) == 1


def test_the_last_super_admin_remains_even_if_an_operator_says_otherwise(two_left, app):
    one, other = two_left
    assert change(one, other, active=False).status_code == 200
    for arguments in (["disable", one.id], ["set-role", one.id, "customer"]):
        result = app.test_cli_runner().invoke(args=["users", *arguments])
        assert (result.exit_code, result.output) == (
            1,
            "Error: This is the last super admin: create another one first.\n",
        )


@pytest.mark.parametrize("typed", ["+91 (0)97777-{}", "97777 {}", "00919 7777{}", "tel:+91-97777-{}"])
def test_people_are_found_by_their_telephone_number_however_it_is_written(world, support, typed):
    last = f"{random.randrange(10**5):05}"
    one = world.person(phone=typed.format(last))
    forms = [
        "+91 97777 {}",
        "97777{}",
        "0 97777-{}",
        "0091 97777 {}",
        "+91 (0)97777{}",
        "97777/{}",
        "+9197777{}",
        "7777{}",
    ]
    for q in [form.format(last) for form in forms]:
        assert one.id in [user["id"] for user in listed(support, q=q)], q
    assert one.id not in [user["id"] for user in listed(support, q=f"96666 {last}")]
