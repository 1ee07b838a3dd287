"""Several people change one order in the same moment."""

from collections import Counter

import gevent


def at_once(*calls):
    running = [gevent.spawn(*call) for call in calls]
    return [call.get(timeout=30) for call in running]


def patch(person, order, action, **body):
    return person.patch(f"/api/orders/{order['id']}/{action}", body)


def test_of_accepting_and_cancelling_at_once_one_wins(cast):
    for _ in range(5):
        order = cast.customer.order(partnerId=cast.tailor.id)
        answers = at_once((patch, cast.tailor, order, "accept"), (patch, cast.customer, order, "cancel"))
        won, lost = sorted(answers, key=lambda answer: answer.status_code)
        assert (won.status_code, lost.status_code) == (200, 409)
        after = won.json()["data"]["order"]
        assert lost.json()["error"]["code"] == "illegal_transition"
        assert lost.json()["error"]["details"]["version"] == after["version"] == 2
        assert lost.json()["error"]["details"]["status"] == after["status"]
        steps = cast.customer.get(f"/api/orders/{order['id']}/timeline").json()["data"]["timeline"]
        assert [step["version"] for step in steps] == [1, 2]


def test_of_many_who_accept_at_once_one_does(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    answers = at_once(*((patch, cast.tailor, order, "accept") for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}


def test_changes_that_all_may_happen_are_counted_one_by_one(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    couriers = [cast.courier, cast.foreign_courier] * 4
    answers = at_once(*((_assign, cast.tailor, order, courier.id) for courier in couriers))
    assert sorted(a.json()["data"]["order"]["version"] for a in answers) == list(range(2, 10))


def test_with_the_version_seen_only_the_first_of_them_happens(cast):
    order = cast.customer.order(partnerId=cast.tailor.id)
    answers = at_once(*((_assign, cast.tailor, order, cast.courier.id, 1) for _ in range(4)))
    codes = Counter(a.json()["error"]["code"] if not a.ok else "done" for a in answers)
    assert codes == {"done": 1, "stale_version": 3}


def _assign(person, order, courier_id, version=None):
    body = {"deliveryPartnerId": courier_id} | ({"expectedVersion": version} if version else {})
    return patch(person, order, "assign", **body)
