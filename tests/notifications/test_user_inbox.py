import uuid

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.notifications import service
from metaia.notifications.content import templates
from metaia.notifications.registry import IN_APP, NOTIFICATION_TYPES, NotificationType

# own texts, so that these tests do not depend on another domain
GREETING = NotificationType("test_greeting", "test", (IN_APP,))
WARNING = NotificationType("test_warning", "warnings", (IN_APP,), ("go",))
WORDS = """
{% block test_greeting__title %}Hello {{ name }}{% endblock %}
{% block test_greeting__message %}{{ name }}, {{ nothing }}welcome{% endblock %}
{% block action__go %}Go{% endblock %}
{% block test_warning__title %}Careful{% endblock %}
{% block test_warning__message %}Careful, {{ name }}{% endblock %}
"""


@pytest.fixture(scope="module", autouse=True)
def _types(app, server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    (folder / "en.jinja").write_text(WORDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(templates.TEMPLATE_FOLDERS.of(app), folder, None)
        for type_ in (GREETING, WARNING):
            patch.setitem(NOTIFICATION_TYPES.of(app), type_.name, type_)
        yield


@pytest.fixture
def person(world):
    return world.person()


def notify(person, kind="test_greeting", **data):
    with db.transaction():
        service.notify(person.id, kind, {"name": "Asha"} | data)


def inbox(person, query=""):
    answer = person.get(f"/api/notifications{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["notifications"], answer.json()["meta"]


def test_nobody_begins_with_notifications(person):
    assert inbox(person) == ([], {"nextCursor": None, "unread": 0})


def test_a_notification_says_what_happened_in_words_and_in_data(person):
    notify(person, "test_warning", place=[1, {"x": "y"}])
    [note], meta = inbox(person)
    assert note | {"id": "", "createdAt": ""} == {
        "id": "", "createdAt": "", "type": "test_warning", "category": "warnings", "title": "Careful",
        "message": "Careful, Asha", "data": {"name": "Asha", "place": [1, {"x": "y"}]}, "relatedOrder": None,
        "actions": [{"action": "go", "label": "Go"}], "read": False, "readAt": None,
    }  # fmt: skip
    assert meta["unread"] == 1


def test_a_word_that_is_missing_leaves_a_gap_and_no_error(person):
    notify(person)
    assert inbox(person)[0][0]["message"] == "Asha, welcome"


def test_what_people_write_is_not_taken_for_a_template(person):
    notify(person, name="{nothing} {0} {")
    assert inbox(person)[0][0]["title"] == "Hello {nothing} {0} {"


def test_a_kind_nobody_declared_cannot_be_sent(person):
    with pytest.raises(LookupError):
        notify(person, "never_declared")
    assert inbox(person)[0] == []


def test_everyone_sees_their_own(world, person):
    notify(person)
    assert inbox(world.person())[0] == []
    assert inbox(world.staff())[1]["unread"] == len(inbox(world.staff())[0])


def test_filters(person):
    notify(person)
    notify(person, "test_warning")
    newest, oldest = inbox(person)[0]
    person.put(f"/api/notifications/{newest['id']}/read")
    for query, expected in {
        "?type=test_greeting": [oldest["id"]],
        "?category=warnings": [newest["id"]],
        "?unread=true": [oldest["id"]],
        "?unread=false": [newest["id"]],
        "?unread=true&type=test_warning": [],
        "?sort=createdAt": [oldest["id"], newest["id"]],
    }.items():
        assert [note["id"] for note in inbox(person, query)[0]] == expected, query


@pytest.mark.parametrize("sort", ["createdAt", "-createdAt"])
def test_pages(person, sort):
    for number in range(5):
        notify(person, number=number)
    walked, query = [], f"?sort={sort}&limit=2"
    while True:
        notes, meta = inbox(person, query)
        assert meta["unread"] == 5
        walked += [note["data"]["number"] for note in notes]
        if meta["nextCursor"] is None:
            break
        query = f"?sort={sort}&limit=2&cursor={meta['nextCursor']}"
    assert walked == (list(range(5)) if sort == "createdAt" else list(reversed(range(5))))


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "unread=perhaps", "cursor=x", "sort=type", "colour=red"]
)
def test_a_query_that_is_wrong_is_named(person, query):
    answer = person.get(f"/api/notifications?{query}")
    assert answer.status_code == 422
    assert answer.json()["error"]["details"].keys() == {query.split("=")[0]}


def test_reading_one(person):
    notify(person)
    notify(person)
    first, second = inbox(person)[0]
    answer = person.put(f"/api/notifications/{first['id']}/read")
    read = answer.json()["data"]["notification"]
    assert read == first | {"read": True, "readAt": read["readAt"]}
    assert inbox(person) == ([read, second], {"nextCursor": None, "unread": 1})


def test_reading_one_again_changes_nothing(person):
    notify(person)
    path = f"/api/notifications/{inbox(person)[0][0]['id']}/read"
    assert person.put(path).json() == person.put(path).json()


def test_reading_all(world, person):
    other = world.person()
    for _ in range(3):
        notify(person)
    notify(other)
    person.put(f"/api/notifications/{inbox(person)[0][0]['id']}/read")
    assert person.put("/api/notifications/read-all").json()["data"] == {"changed": 2}
    assert person.put("/api/notifications/read-all").json()["data"] == {"changed": 0}
    assert inbox(person)[1]["unread"] == 0
    assert inbox(other)[1]["unread"] == 1


def test_deleting_one(person):
    notify(person)
    notify(person)
    kept, gone = inbox(person)[0]
    assert person.delete(f"/api/notifications/{gone['id']}").status_code == 200
    assert inbox(person) == ([kept], {"nextCursor": None, "unread": 1})
    assert person.delete(f"/api/notifications/{gone['id']}").status_code == 404


def test_those_of_others_are_not_there(world, person):
    notify(person)
    [note] = inbox(person)[0]
    for other in (world.person(), world.staff("super_admin")):
        for note_id in (note["id"], str(uuid.uuid4())):
            assert other.put(f"/api/notifications/{note_id}/read").status_code == 404
            assert other.delete(f"/api/notifications/{note_id}").status_code == 404
    assert inbox(person) == ([note], {"nextCursor": None, "unread": 1})


def test_opening_what_it_is_about_is_reading_it(person):
    notify(person)
    [note] = inbox(person)[0]
    answer = person.put(f"/api/notifications/{note['id']}/click")
    assert answer.status_code == 200
    clicked = answer.json()["data"]["notification"]
    assert clicked == note | {"read": True, "readAt": clicked["readAt"]}
    [first] = kept(person)
    assert first.clicked_at is not None
    assert person.put(f"/api/notifications/{note['id']}/click").json() == answer.json()
    assert kept(person) == [first], "the first time counts"


def kept(person):
    ours = text("SELECT * FROM notifications WHERE user_id = :id AND type LIKE 'test%'")
    return db.fetch_all(ours, {"id": person.id})


def test_reading_some(world, person):
    other = world.person()
    for _ in range(3):
        notify(person)
    notify(other)
    newest, middle, oldest = [note["id"] for note in inbox(person)[0]]
    [foreign] = [note["id"] for note in inbox(other)[0]]
    chosen = {"ids": [newest, oldest, oldest, foreign, str(uuid.uuid4())]}
    assert person.put("/api/notifications/read", chosen).json()["data"] == {"changed": 2}
    assert person.put("/api/notifications/read", chosen).json()["data"] == {"changed": 0}
    assert [note["id"] for note in inbox(person, "?unread=true")[0]] == [middle]
    assert inbox(other)[1]["unread"] == 1


def test_deleting_some(world, person):
    other = world.person()
    for _ in range(3):
        notify(person)
    notify(other)
    newest, middle, oldest = [note["id"] for note in inbox(person)[0]]
    [foreign] = [note["id"] for note in inbox(other)[0]]
    chosen = {"ids": [newest, oldest, foreign, str(uuid.uuid4())]}
    assert person.post("/api/notifications/delete", chosen).json()["data"] == {"deleted": 2}
    assert person.post("/api/notifications/delete", chosen).json()["data"] == {"deleted": 0}
    assert [note["id"] for note in inbox(person)[0]] == [middle]
    assert inbox(person)[1]["unread"] == 1
    assert len(inbox(other)[0]) == 1


@pytest.mark.parametrize(
    "ids",
    [[], [str(uuid.uuid4())] * 101, ["x"], "all", None, {}, [None], [["x"]], [f"{uuid.uuid4()}' OR 1=1"]],
)
@pytest.mark.parametrize(("method", "path"), [("PUT", "read"), ("POST", "delete")])
def test_a_choice_that_is_none_is_refused(person, method, path, ids):
    notify(person)
    answer = person.call(method, f"/api/notifications/{path}", {"ids": ids})
    assert answer.status_code == 422
    assert all(name.startswith("ids") for name in answer.json()["error"]["details"])
    assert inbox(person)[1]["unread"] == 1


def test_what_is_deleted_is_gone_for_its_user_and_there_for_support(person):
    notify(person)
    [note] = inbox(person)[0]
    person.delete(f"/api/notifications/{note['id']}")
    for path in ("read", "click"):
        assert person.put(f"/api/notifications/{note['id']}/{path}").status_code == 404
    assert inbox(person) == ([], {"nextCursor": None, "unread": 0})
    [row] = kept(person)
    assert (row.deleted_at is None, row.read_at) == (False, None)


def test_what_is_for_the_mailbox_only_cannot_be_touched_in_the_app(person):
    notify(person)
    [row] = kept(person)
    with db.transaction():
        db.execute(text("UPDATE notifications SET shown = false WHERE id = :id"), {"id": row.id})
    assert person.put("/api/notifications/read-all").json()["data"] == {"changed": 0}
    assert person.delete(f"/api/notifications/{row.id}").status_code == 404
    assert person.put(f"/api/notifications/{row.id}/read").status_code == 404
    assert kept(person)[0].read_at is None
