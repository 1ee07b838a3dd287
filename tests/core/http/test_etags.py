import pytest

from metaia.core.http import etags
from tests.support.cpu import QUADRATIC, growth


@pytest.fixture
def tailor(world):
    return world.person("tailor")


@pytest.fixture
def order(world, tailor):
    return world.person().order(partnerId=tailor.id)


def accept(tailor, order, if_match=None, **body):
    headers = {} if if_match is None else {"If-Match": if_match}
    return tailor.patch(f"/api/orders/{order['id']}/accept", body, headers=headers)


@pytest.mark.parametrize("if_match", ['"1"', 'W/"1"', "1", "*", '"1" ', ""])
def test_the_version_one_has_seen_may_be_said_in_a_header(tailor, order, if_match):
    answer = accept(tailor, order, if_match)
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"2"'


@pytest.mark.parametrize("name", ["expectedVersion", "expected_version"])
def test_or_in_the_body(tailor, order, name):
    assert accept(tailor, order, **{name: 1}).status_code == 200


def test_header_and_body_must_both_be_met(tailor, order):
    for header, version in [('"1"', 2), ('"2"', 1), ('"1", "2"', 3)]:
        answer = accept(tailor, order, header, expectedVersion=version)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stale_version")
    assert accept(tailor, order, '"1", "2"', expectedVersion=1).status_code == 200


# Entity tags as proxies, libraries and people send them back, and the versions in them.
CORPUS: dict[str, set[int]] = {
    '"3"': {3},
    'W/"3"': {3},
    'w/"3"': {3},
    'W/W/"3"': {3},
    "3": {3},
    "W/3": {3},
    '  "3"\t': {3},
    "'3'": {3},
    '\\"3\\"': {3},
    '"\\"3\\""': {3},
    '"W/"3""': {3},
    '"W/\\"3\\""': {3},
    '""3""': {3},
    'W/""3""': {3},
    "%223%22": {3},
    "W/%223%22": {3},
    "&quot;3&quot;": {3},
    '"3-gzip"': {3},
    '"3--gzip"': {3},
    '"3"-gzip': {3},
    'W/"3-gzip"': {3},
    '"3;gzip"': {3},
    '"3:gzip"': {3},
    '"3.gz"': {3},
    '"3_br"': {3},
    '"3-br"': {3},
    '"3-zstd"': {3},
    '"3-df"': {3},
    '"3-deflate"': {3},
    '"3-GZIP"': {3},
    '"3-gzip-br"': {3},
    '"3-gzip;br"': {3},
    "3-gzip": {3},
    '"3", "4"': {3, 4},
    '"3","4"': {3, 4},
    '"3" , W/"4-gzip",5': {3, 4, 5},
    ', "3", ,"4",': {3, 4},
    '"abc", "3"': {3},
    '"a,4,b", "3"': {3},
    '"4,5"': set(),
    '"3", *': {3},
    '"2147483647"': {2147483647},
    '"0"': {0},
    '""': set(),
    '"': set(),
    ",": set(),
    "W/": set(),
    '"3': set(),
    '3"': set(),
    '"03"': set(),
    '"-1"': set(),
    '"+3"': set(),
    '"3.0"': set(),
    '"3e0"': set(),
    '"3 4"': set(),
    '"3""4"': {3, 4},
    '"3" "4"': {3, 4},
    '"3-5e8f1b2c"': set(),
    '"3-gzipped"': set(),
    '"3-"': set(),
    '"99999999999"': set(),
    '"٣"': set(),
    '"\xb3"': set(),
    '"686897696a7c876b7e"': set(),
    "1 OR 1=1": set(),
    "one": set(),
}


@pytest.mark.parametrize(("header", "versions"), CORPUS.items())
def test_entity_tags_are_read_as_they_come_back(header, versions):
    assert etags.parse(header) == versions


def test_the_corpus_is_large():
    assert len(CORPUS) >= 40


@pytest.mark.parametrize(
    "header", ['"' * 8000, '"a' * 4000, '"3",' * 2000, "W/" * 4000, '\\"' * 4000 + "3", "-gzip" * 1600]
)
def test_long_headers_are_read_at_once(header):
    assert etags.parse(header) <= {3}
    assert growth(lambda size: etags.parse(header[:size]), len(header)) < QUADRATIC / 2


@pytest.mark.parametrize("if_match", ['W/"1-gzip"', '"7", "1"', '"abc", W/"1"', '"1--gzip","7"'])
def test_one_tag_of_a_list_is_enough(tailor, order, if_match):
    assert accept(tailor, order, if_match).status_code == 200


@pytest.mark.parametrize(
    "if_match",
    [
        "one",
        '"2", "3"',
        '"1',
        '"-1"',
        '"1.0"',
        '"99999999999"',
        "1 OR 1=1",
        '""',
        ",",
        '"1\xe9"'.encode("latin-1"),
    ],
)
def test_a_tag_that_cannot_match_is_a_conflict(tailor, order, if_match):
    answer = accept(tailor, order, if_match)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["details"]["version"]) == (409, "stale_version", 1)
    assert accept(tailor, order, '"1"').status_code == 200


@pytest.mark.parametrize("how", [{"if_match": '"7"'}, {"expectedVersion": 7}])
def test_a_stale_version_gets_the_order_as_it_is_now(tailor, order, how):
    answer = accept(tailor, order, **how)
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert error["code"] == "stale_version"
    now = tailor.get(f"/api/orders/{order['id']}").json()["data"]["order"]
    assert error["details"] == {
        "status": "pending",
        "version": 1,
        "allowedActions": now["allowedActions"],
        "order": now,
    }


@pytest.mark.parametrize("status", ["accepted", "delivered"])
def test_a_stale_version_is_told_before_an_illegal_status(tailor, order, status):
    answer = tailor.put(f"/api/orders/{order['id']}/status", {"status": status, "expectedVersion": 7})
    assert answer.json()["error"]["code"] == "stale_version"


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', '"7", "1"', '"1-gzip"', '"1;br"'])
def test_what_a_client_has_already_is_not_sent_again(world, tag):
    person = world.person()
    order = person.order()
    headers = {"Authorization": f"Bearer {person.token}", "If-None-Match": tag}
    for path in (f"/api/orders/{order['id']}", "/api/auth/me"):
        answer = world.call("GET", path, headers=headers)
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", '"1"')
        assert "Content-Type" not in answer.headers
    person.act(order, "cancel")
    changed = world.call("GET", f"/api/orders/{order['id']}", headers=headers)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')


@pytest.mark.parametrize("tag", ["", '"2"', '"x"', "nonsense", '"1', '"' + "1" * 200 + '"'])
def test_another_tag_brings_the_whole_answer(world, tag):
    person = world.person()
    headers = {"Authorization": f"Bearer {person.token}", "If-None-Match": tag}
    answer = world.call("GET", "/api/auth/me", headers=headers)
    assert (answer.status_code, answer.json()["data"]["user"]["id"]) == (200, person.id)
