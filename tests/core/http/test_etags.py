import pytest


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


def test_or_in_both_if_they_agree(tailor, order):
    assert accept(tailor, order, '"1"', expectedVersion=2).status_code == 422
    assert accept(tailor, order, '"1"', expectedVersion=1).status_code == 200


@pytest.mark.parametrize("if_match", ["one", '"1", "2"', '"1', '"-1"', '"1.0"', '"99999999999"', "1 OR 1=1"])
def test_a_header_that_is_no_version_is_refused(tailor, order, if_match):
    answer = accept(tailor, order, if_match)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"].keys() == {"If-Match"}


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
