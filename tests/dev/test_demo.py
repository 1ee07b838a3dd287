"""The demo data, and the scenes that `make demo` plays with them."""

import re
import sys

import gevent
import pytest
from sqlalchemy import delete, func, select, text, update

from metaia.bookings.reminders import jobs as reminder_jobs
from metaia.console.live import service as live_service
from metaia.core import db
from metaia.core.text import phones
from metaia.couriers.models import CourierShiftRow
from metaia.deliveries import jobs as delivery_jobs
from metaia.dev import demo_data
from metaia.dev import settings as dev_settings
from metaia.dev.demo import __main__ as demo_main
from metaia.dev.demo import bookings as demo_bookings
from metaia.dev.demo import client, picture
from metaia.dev.demo import play as demo_play
from metaia.dev.demo.scenes import PLACE, Scene
from metaia.dev.seed import fill as seed
from metaia.dev.seed import past as seed_past
from metaia.dev.seed import pictures as seed_pictures
from metaia.finance.commission.models import CommissionRuleRow
from metaia.ledger.audit import registry
from metaia.media import queries as media_queries
from metaia.media.quotas import service as quota_service
from metaia.notifications.delivery.models import DeliveryRow
from metaia.notifications.models import NotificationRow
from metaia.orders.models import OrderRow, OrderStepRow
from metaia.shops.counters import service as counters
from metaia.users.models import User
from tests.support.people import Person
from tests.support.stored_media import fetch

LOGINS = [person.login for person in demo_data.PEOPLE]


class Interrupted(Exception):
    pass


def waiting_work():
    """Return the numbers of parts of uploads, files to delete and jobs of media."""
    waiting = text(
        "SELECT (SELECT count(*) FROM media_parts) AS parts, (SELECT count(*) FROM media_trash) AS trash,"
        " (SELECT count(*) FROM outbox WHERE type LIKE 'metaia.media.%') AS jobs"
    )
    row = db.fetch_one(waiting)
    assert row is not None
    return [*row]


@pytest.fixture(scope="module")
def filled(server, app):
    """Fill the demo data once, after an interrupted attempt."""
    steps = []

    def interrupt():
        steps.append(1)
        if len(steps) == seed.STEPS // 2:
            raise Interrupted

    before = waiting_work()
    assert seed.needed(app)
    with pytest.raises(Interrupted):
        seed.fill(app, interrupt)
    assert seed.needed(app)
    steps.clear()
    seed.fill(app, lambda: steps.append(1))
    assert len(steps) == seed.STEPS
    yield before
    with db.transaction():  # the tests of other folders set their own, and count the couriers that they need
        db.execute(delete(CommissionRuleRow))
        db.execute(update(CourierShiftRow).values(working=False))


@pytest.fixture
def people(filled):
    query = select(User.id).where(User.email.in_([person.email for person in demo_data.PEOPLE]))
    return [row.id for row in db.fetch_all(query)]


@pytest.fixture
def orders(people):
    return db.fetch_all(select(OrderRow.__table__).where(OrderRow.customer_id.in_(people)))


def play(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["make demo", *arguments])
    monkeypatch.setattr(picture, "SECONDS", 0)  # no worker of pictures runs here
    return demo_main.main()


@pytest.fixture
def reminders(app):
    """Send the reminders of the clinic's calls at once, as the worker does within a minute."""
    soon = text(
        "UPDATE booking_reminders SET due_at = now() WHERE booking_id IN"
        " (SELECT id FROM bookings WHERE service ->> 'name' = :name AND starts_at < now() + interval '1 hour')"
    )

    def work():
        with app.app_context():
            while True:
                with db.transaction():
                    db.execute(soon, {"name": demo_bookings.CALL["name"]})
                reminder_jobs.remind()
                gevent.sleep(0.2)

    worker = gevent.spawn(work)
    yield
    worker.kill()


@pytest.fixture
def dispatch(app):
    """Offer what is due to couriers at once, as the worker does within two seconds."""

    def work():
        with app.app_context():
            while True:
                delivery_jobs.advance()
                gevent.sleep(0.2)

    worker = gevent.spawn(work)
    yield
    worker.kill()


def test_demo_data_are_filled_once(filled, app):
    assert not seed.needed(app)


@pytest.mark.parametrize("login", LOGINS)
def test_each_demo_user_can_log_in_with_the_password_that_make_run_prints(filled, world, login):
    answer = world.call(
        "POST",
        "/api/auth/login",
        json={"email": f"{login}@metaia.example", "password": "metaia-demo"},
    )
    assert answer.status_code == 200


def test_there_are_orders_in_every_status_with_and_without_a_partner(orders):
    known = [each for each in demo_data.COUNTER if each.login]
    assert len(orders) == 60 + len(known) + seed_past.COUNT
    assert {order.status for order in orders} == {
        *("pending", "accepted", "preparing", "ready", "out_for_delivery"),
        *("delivered", "completed", "rejected", "cancelled"),
    }
    assert {order.partner_id is None for order in orders} == {True, False}
    assert len({order.currency for order in orders}) > 1


def test_shops_have_placed_orders_at_their_counters(people, orders):
    row, step = OrderRow, OrderStepRow
    by_shop = (step.action == "create", step.actor_id == row.partner_id)
    mine = select(row.customer_id, row.customer_info).join(step, step.order_id == row.id)
    placed = db.fetch_all(mine.where(*by_shop, row.partner_id.in_(people)))
    known = [each for each in demo_data.COUNTER if each.login]
    assert len([each for each in placed if each.customer_id]) == len(known)
    walk_ins = {each.customer_info["name"] for each in placed if each.customer_id is None}
    assert walk_ins == {each.name for each in demo_data.COUNTER if each.name}


def test_the_demo_has_a_month_of_money_and_the_auditor_finds_nothing(people, orders):
    assert {order.payment_method for order in orders} == {"none", "cod", "online", "credit"}
    counts = {
        "refunds": "SELECT status, count(*) FROM refunds WHERE payment_id IN (SELECT id FROM payments"
        " WHERE payer_id = ANY(:people)) GROUP BY status",
        "disputes": "SELECT status, count(*) FROM disputes WHERE payment_id IN (SELECT id FROM payments"
        " WHERE payer_id = ANY(:people)) GROUP BY status",
        "payouts": "SELECT status, count(*) FROM payouts WHERE user_id = ANY(:people) GROUP BY status",
        "credit": "SELECT status, count(*) FROM credit_accounts WHERE user_id = ANY(:people) GROUP BY status",
        "settlements": "SELECT settled > 0, count(*) FROM credit_settlements WHERE user_id = ANY(:people) GROUP BY 1",
        "handovers": "SELECT currency, count(*) FROM cash_handovers WHERE user_id = ANY(:people) GROUP BY currency",
    }
    found = {
        name: dict(map(tuple, db.fetch_all(text(sql), {"people": people}))) for name, sql in counts.items()
    }
    assert found == {
        "refunds": {"processed": 2},
        "disputes": {"open": 1},
        "payouts": {"paid": 1, "requested": 1},
        "credit": {"active": 1},
        "settlements": {True: 1},
        "handovers": {"INR": 1},
    }
    payments = db.fetch_all(text("SELECT id FROM payments WHERE payer_id = ANY(:people)"), {"people": people})
    own = [*people, *(row.id for row in (*orders, *payments))]
    findings = [each for rule in registry.RULES.current() for each in registry.check(rule, full=True)]
    assert [each for each in findings if any(str(name) in each.subject for name in own)] == []


def demo_person(world, login):
    body = {"email": f"{login}@metaia.example", "password": demo_data.PASSWORD}
    return Person(world, world.call("POST", "/api/auth/login", json=body).json()["data"])


def test_the_demo_has_conversations_in_three_languages_and_an_offer_to_answer(filled, world):
    for login, q, other in (
        ("customer", "linen", "Meera's Tailoring"),
        ("customer", "थाली", "Saffron Kitchen"),
        ("customer2", "ลินิน", "Meera's Tailoring"),
    ):
        person = demo_person(world, login)
        [found, *_] = person.get("/api/chat/search", params={"q": q}).json()["data"]["messages"]
        talk = found["message"]["conversationId"]
        shown = person.get(f"/api/chat/conversations/{talk}").json()["data"]["conversation"]
        assert other in {each["name"] for each in shown["participants"]}
        assert (
            db.fetch_value(text("SELECT remind_at FROM conversations WHERE id = :id"), {"id": talk}) is None
        )
    customer = demo_person(world, "customer")
    [offer] = customer.get("/api/offers", params={"turn": "mine"}).json()["data"]["offers"]
    assert (offer["status"], offer["round"], offer["total"]) == ("countered", 2, 54_000)


def test_each_demo_user_has_a_picture_and_the_vendor_a_menu(filled, app, world, server, monkeypatch):
    monkeypatch.setitem(app.config, "METAIA_DEMO_PASSWORD", demo_data.PASSWORD)
    answer = world.call(
        "POST", "/api/auth/login", json={"email": "vendor@metaia.example", "password": demo_data.PASSWORD}
    ).json()["data"]
    headers = {"Authorization": f"Bearer {answer['accessToken']}"}
    menu = world.call("GET", "/api/upload?folder=menu", headers=headers).json()["data"]["media"]
    assert {media["alt"] for media in menu} == {name for name, _ in demo_data.SHOPS["vendor"]}
    assert {(media["status"], media["expiresAt"]) for media in menu} == {("ready", None)}
    shown = [media["url"] for media in menu] + [
        person["avatar"] for person in live_service.public()["demo"]["people"]
    ]
    assert len(shown) == len(menu) + live_service.SLOTS
    for url in shown:
        read = fetch(server.url, url)
        assert (read.status_code, read.headers["Content-Type"]) == (200, "image/webp")


def test_demo_pictures_are_counted_and_leave_no_work(filled, people):
    assert waiting_work() == filled
    for user_id in people:
        assert quota_service.recount(user_id) == (0, 0)


def test_customers_show_their_cloth_to_the_tailor(orders):
    shown = [order for order in orders if "mediaIds" in order.items[0]]
    assert {order.status for order in shown} == {"pending"}
    for order in shown:
        [media_id] = order.items[0]["mediaIds"]
        media = media_queries.by_id(media_id)
        assert media is not None
        assert (media.owner_id, media.attached_to) == (order.customer_id, (f"order-{order.id}",))


def test_another_store_gets_no_demo_pictures(app, monkeypatch):
    monkeypatch.setitem(app.config, "STORAGE", "s3")
    with app.app_context():
        assert not seed_pictures.wanted()


def test_an_orders_timeline_is_as_old_as_the_order(orders, world):
    answer = world.call(
        "POST", "/api/auth/login", json={"email": "admin@metaia.example", "password": demo_data.PASSWORD}
    )
    headers = {"Authorization": f"Bearer {answer.json()['data']['accessToken']}"}
    for order in orders[::6]:
        shown = world.call("GET", f"/api/orders/{order.id}/timeline", headers=headers).json()["data"]
        times = [step["at"] for step in shown["timeline"]]
        assert times == sorted(times)
        assert (shown["order"]["createdAt"], shown["order"]["updatedAt"]) == (times[0], times[-1])
        assert len(times) == shown["order"]["version"]


def test_no_user_gets_mail_about_past_demo_orders(people):
    theirs = select(func.count()).where(NotificationRow.user_id.in_(people))
    assert db.fetch_value(theirs) > 0
    assert db.fetch_value(theirs.where(NotificationRow.planned_at.is_(None))) == 0
    assert db.fetch_value(select(func.count()).where(DeliveryRow.user_id.in_(people))) == 0


def test_every_demo_user_who_orders_or_sells_can_be_told_by_sms_and_the_customer_by_push(people):
    reached = text(
        "SELECT email, phone, (SELECT count(*) FROM devices WHERE user_id = users.id) AS devices FROM users"
    )
    rows = {row.email: row for row in db.fetch_all(reached) if row.email.endswith("@metaia.example")}
    for person in demo_data.PEOPLE:
        row = rows[person.email]
        assert row.devices == (1 if person.login == "customer" else 0)
        if person.role in {"customer", "tailor", "vendor", "delivery"}:
            assert phones.canonical(row.phone) == person.number
            assert re.fullmatch(r"\+\d{11,13}", person.number)


def test_the_demo_misses_no_event_and_ends_with_the_latency(
    filled, server, monkeypatch, capsys, reminders, dispatch
):
    assert play(monkeypatch, "--url", server.url, "--orders", "2") == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "PATCH …/deliver" in shown.out
    dosa = shown.out[shown.out.index("And a dosa from the menu") :]
    for seen in (
        "280 − 42 + 25 + 20 tip",
        "delivery:offer",
        "delivery:closed",
        "courier:location",
        "review:updated",
    ):
        assert seen in dosa
    parcel = shown.out[shown.out.index("And a shirt, sent as a parcel") :]
    for seen in ("shipment_update", "in_transit, Kochi", "delivered, Ernakulam"):
        assert seen in parcel
    assert "From PATCH …/accept to the customer's order_update: median" in shown.out
    last = shown.out[shown.out.index("And the reminder of the clinic's call") :]
    for name in demo_play.NOTICES:
        assert re.search(rf"customer +{name} .*{demo_bookings.CALL['name'][:10]}", last), last


def reminded():
    """Return the number of notifications that remind of calls, and of calls that stand."""
    sent = text(
        "SELECT count(*) FROM notifications WHERE type = 'booking_reminder' AND data ->> 'service' = :name"
    )
    standing = text("SELECT count(*) FROM bookings WHERE service ->> 'name' = :name AND status = 'confirmed'")
    name = {"name": demo_bookings.CALL["name"]}
    return db.fetch_value(sent, name), db.fetch_value(standing, name)


def test_the_reminder_of_the_demo_is_a_notification_that_was_sent(filled, server, reminders):
    for _ in range(2):
        sent, standing = reminded()
        with demo_play.DemoRun(server.url, (demo_bookings.CUSTOMER, demo_bookings.PARTNER)) as run:
            call = demo_bookings.call(run)
            step = demo_bookings.remind(run, call)
        assert run.problems == []
        assert {arrival.received.name for arrival in step.result.arrivals} == {*demo_play.NOTICES}
        assert reminded() == (sent + 1, 0)
        assert standing == 0


def test_the_demo_without_a_worker_misses_the_reminder(filled, server, monkeypatch):
    monkeypatch.setattr(demo_bookings, "LATE", -100.0)  # so that it does not wait
    with demo_play.DemoRun(server.url, (demo_bookings.CUSTOMER, demo_bookings.PARTNER)) as run:
        demo_bookings.call(run)
        again = demo_bookings.call(run)  # the first call was left by a demo that was interrupted
        step = demo_bookings.remind(run, again)
    assert run.problems == [
        f"customer did not receive {name} booking_reminder" for name in sorted(demo_play.NOTICES)
    ]
    assert step.result.missing == {("customer", name, "booking_reminder") for name in demo_play.NOTICES}


def test_the_demo_fails_and_names_the_missing_event(filled, server, monkeypatch, capsys, reminders, dispatch):
    scene = Scene("tailor", "accept", "accepted", ("customer",), {"admin": "order_accepted"})
    monkeypatch.setattr(demo_main, "SCENES", (PLACE, scene))
    monkeypatch.setattr(demo_play, "TIMEOUT", 1.0)
    assert play(monkeypatch, "--url", server.url, "--orders", "1") == 1
    shown = capsys.readouterr()
    assert shown.err == "make demo: admin did not receive new_notification order_accepted\n"
    assert "missing" in shown.out


def test_the_demo_without_a_server_fails_with_one_line(monkeypatch, capsys):
    assert play(monkeypatch, "--url", "http://127.0.0.1:9") == 1
    assert capsys.readouterr().err == (
        "make demo: nothing answers at http://127.0.0.1:9; start it with `make run`\n"
    )


def test_the_demo_finds_the_server_by_the_file_with_settings(tmp_path, monkeypatch, capsys):
    (tmp_path / ".env").write_text("PORT=9\nHOST=0.0.0.0\n")
    monkeypatch.setattr(dev_settings, "ROOT", tmp_path)
    assert play(monkeypatch) == 1
    assert capsys.readouterr().err == (
        "make demo: nothing answers at http://127.0.0.1:9; start it with `make run`\n"
    )


def test_the_demo_without_demo_users_fails_with_one_line(server, monkeypatch, capsys):
    monkeypatch.setattr(client, "PASSWORD", "somebody-else's")
    assert play(monkeypatch, "--url", server.url) == 1
    assert capsys.readouterr().err == f"make demo: {server.url} has no demo users; `make run` makes them\n"


def test_the_demo_has_three_shops_with_ratings(filled, people, world):
    shown = world.call("GET", "/api/partners", params={"near": "9.98,76.275"}).json()["data"]["partners"]
    found = {shop["businessName"]: shop for shop in shown if shop["id"] in people}
    assert found.keys() == {"Meera's Tailoring", "Saffron Kitchen", "Paws and Tails Clinic"}
    kitchen = found["Saffron Kitchen"]
    assert (kitchen["followers"], kitchen["acceptsOrders"]) == (3, True)
    assert kitchen["rating"]["count"] > 5
    reviews = world.call(
        "GET", "/api/reviews", params={"partnerId": kitchen["id"], "withText": "true"}
    ).json()
    assert any(review["reply"] for review in reviews["data"]["reviews"])


def test_the_demo_has_forty_products_with_choices_texts_and_measurements(filled, world):
    found = []
    for login in ("vendor", "tailor"):
        partner = demo_person(world, login)
        menu = world.call("GET", f"/api/partners/{partner.id}/menu").json()["data"]
        found += [each for section in menu["sections"] for each in section["products"]]
        kinds = {group["kind"] for group in menu["modifierGroups"]}
        assert kinds == ({"choice"} if login == "vendor" else {"choice", "text", "measurement"})
        assert len(partner.get("/api/coupons").json()["data"]["coupons"]) >= 2
    assert len(found) == 40
    assert sum(bool(each["mediaIds"]) for each in found) == len(demo_data.SHOPS["vendor"])
    kept = demo_person(world, "customer").get("/api/measurements").json()["data"]["measurements"]
    assert [each["name"] for each in kept] == ["Asha"]


def test_past_orders_are_from_the_catalogue_and_most_have_reviews(filled, orders):
    past = [order for order in orders if order.status in {"delivered", "completed"}]
    assert len(past) > seed_past.COUNT
    assert sum("productId" in order.items[0] for order in past) > len(past) / 2
    ids = [order.id for order in past]
    reviewed = "SELECT count(DISTINCT order_id), count(reply) FROM reviews WHERE order_id = ANY(:ids)"
    row = db.fetch_one(text(reviewed), {"ids": ids})
    assert row is not None
    assert row[0] > 0.7 * len(past)
    assert row[1] > 0.2 * len(past)


def test_two_couriers_are_on_shift(filled, world):
    for login, vehicle in demo_data.COURIERS.items():
        shift = demo_person(world, login).get("/api/couriers/me/shift").json()["data"]["shift"]
        assert (shift["on"], shift["vehicle"]) == (True, vehicle)


def test_the_counters_of_the_demo_data_are_right(filled, app):
    with app.app_context():
        assert counters.check() == []
