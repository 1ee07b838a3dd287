"""Posts of partners, the feed of their followers, and the notifications about them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.notifications.campaigns import sending
from metaia.products.posts import privacy
from tests.support.catalogues import add, open_shop
from tests.support.media import insert_media
from tests.support.people import PASSWORD, Person, World

POSTS = "/api/partners/me/posts"


@pytest.fixture
def shop(world: World) -> Person:
    return open_shop(world.person("tailor"))


def write(partner: Person, words: str = "The linen is here.", **body: object) -> Json:
    """Write a post; return it."""
    answer = partner.post(POSTS, {"text": words} | body)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()["data"]["post"]
    return made


def follow(person: Person, *partners: Person) -> None:
    for partner in partners:
        assert person.put(f"/api/partners/{partner.id}/follow").ok


def feed(person: Person, **query: object) -> Json:
    answer = person.get("/api/feed", params=query)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def texts(body: Json) -> list[str]:
    return [each["text"] for each in body["data"]["posts"]]


def campaign(post: Json) -> Json:
    """Return the campaign of a post."""
    query = "SELECT c.* FROM campaigns c JOIN partner_posts p ON p.campaign_id = c.id WHERE p.id = :id"
    [row] = db.fetch_all(text(query), {"id": post["id"]})
    found: Json = dict(row._mapping)
    return found


def test_followers_read_the_posts_of_all_their_partners(world: World, shop: Person) -> None:
    other, strange = (open_shop(world.person("vendor")) for _ in range(2))
    fan, picture, shirt = (
        world.person(),
        insert_media(shop, folder="menu").id,
        add(shop, name="Shirt", price=5),
    )
    follow(fan, shop, other)
    for number in range(3):
        write(shop, f"a{number}")
        write(other, f"b{number}")
    write(strange, "not followed")
    made = write(shop, mediaIds=[picture, picture], productId=shirt["id"])
    page = feed(fan, limit=4)
    assert texts(page) == ["The linen is here.", "b2", "a2", "b1"]
    rest = feed(fan, limit=4, cursor=page["meta"]["nextCursor"])
    assert (texts(rest), rest["meta"]["nextCursor"]) == (["a1", "b0", "a0"], None)
    shown = page["data"]["posts"][0]
    assert shown == made | {"allowedActions": []}
    assert (made["allowedActions"], made["partner"]["businessName"]) == (["delete"], "Shop")
    assert made["product"] == {"id": shirt["id"], "name": "Shirt", "price": 5, "currency": "INR"}
    assert [each["id"] for each in made["media"]] == [picture]
    assert texts(feed(world.person())) == []
    public = world.call("GET", f"/api/partners/{shop.id}/posts", params={"limit": 2}).json()
    assert texts(public) == ["The linen is here.", "a2"]
    assert shop.delete(f"/api/products/{shirt['id']}").ok
    assert shop.delete(f"/api/upload/{picture}?force=true").ok
    shown = feed(fan, limit=1)["data"]["posts"][0]
    assert (shown["product"], shown["media"]) == (None, [])
    with db.transaction():
        db.execute(text("UPDATE partner_profiles SET status = 'hidden' WHERE user_id = :id"), {"id": shop.id})
    assert texts(feed(fan)) == ["b2", "b1", "b0"]
    assert world.call("GET", f"/api/partners/{shop.id}/posts").status_code == 404
    assert shop.post(POSTS, {"text": "x"}).json()["error"]["code"] == "profile_hidden"


def test_followers_are_notified_about_one_post_a_day(world: World, shop: Person) -> None:
    fan, stranger, admin = world.person(), world.person(), world.staff()
    follow(fan, shop)
    screen = fan.socket()
    made = write(shop, "Two new colours.", notify=True)
    row = campaign(made)
    late = world.person()
    while sending.advance(str(row["id"])):
        follow(late, shop)  # its audience is fixed when it begins
    [informed] = screen.wait("new_notification", where=lambda data: data["type"] == "partner_news")
    assert (informed["title"], informed["message"]) == ("Shop", "Two new colours.")
    assert informed["data"] == {"campaignId": str(row["id"]), "partnerId": shop.id, "postId": made["id"]}
    assert [each["label"] for each in informed["actions"]] == ["Open the shop"]
    [kept] = fan.get("/api/notifications").json()["data"]["notifications"]
    assert (kept["type"], kept["actions"]) == ("partner_news", informed["actions"])
    told = text("SELECT user_id::text FROM notifications WHERE campaign_id = :id")
    assert [each.user_id for each in db.fetch_all(told, {"id": row["id"]})] == [fan.id]
    assert stranger.get("/api/notifications").json()["data"]["notifications"] == []
    seen = admin.get(f"/api/admin/campaigns/{row['id']}").json()["data"]["campaign"]
    assert (seen["type"], seen["audience"]["followersOf"], seen["total"]) == ("partner_news", shop.id, 1)
    refused = shop.post(POSTS, {"text": "Again.", "notify": True})
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "news_limit")
    assert 86_000 < int(refused.headers["Retry-After"]) <= 86_400
    write(shop, "Without a notification.")
    assert shop.delete(f"/api/posts/{made['id']}").ok
    assert shop.post(POSTS, {"text": "Again.", "notify": True}).status_code == 429
    with db.transaction():
        day = {"id": row["id"], "at": now() - timedelta(days=1, seconds=1)}
        db.execute(text("UPDATE campaigns SET created_at = :at WHERE id = :id"), day)
    write(shop, "The next day.", notify=True)


def test_an_admin_reaches_the_followers_of_a_partner(world: World, shop: Person) -> None:
    fan, admin = world.person(), world.staff()
    follow(fan, shop)
    body = {"name": "a", "title": "b", "message": "c", "channels": ["in_app"]}
    for partner_id, total in ((shop.id, 1), (new_id(), 0)):
        audience = {"roles": ["customer"], "followersOf": partner_id}
        made = admin.post("/api/admin/campaigns", body | {"audience": audience}).json()["data"]["campaign"]
        assert made["audience"] == audience
        watched = admin.get(f"/api/admin/campaigns/{made['id']}").json()["data"]["campaign"]
        assert (watched["total"], watched["type"]) == (total, "campaign")
    audience = {"roles": ["customer"], "followersOf": "all"}
    assert admin.post("/api/admin/campaigns", body | {"audience": audience}).status_code == 422


def test_a_deleted_post_notifies_no_further_follower(world: World, shop: Person) -> None:
    fan, admin, other = world.person(), world.staff(), open_shop(world.person("vendor"))
    follow(fan, shop)
    picture = insert_media(shop).id
    made = write(shop, "unmistakable", notify=True, mediaIds=[picture])
    row = campaign(made)
    for person, status in ((fan, 403), (other, 403), (shop, 200), (shop, 404)):
        answer = person.delete(f"/api/posts/{made['id']}")
        assert answer.status_code == status, answer.text
    assert not sending.advance(str(row["id"]))
    after = admin.get(f"/api/admin/campaigns/{row['id']}")
    assert (after.json()["data"]["campaign"]["status"], after.text.count("unmistakable")) == ("cancelled", 0)
    assert fan.get("/api/notifications").json()["data"]["notifications"] == []
    second = write(shop)
    assert admin.delete(f"/api/posts/{second['id']}").ok
    entries = admin.get("/api/admin/audit", params={"action": "post.deleted", "limit": 1}).text
    assert second["id"] in entries


BAD: tuple[dict[str, object], ...] = (
    {}, {"text": ""}, {"text": "x" * 2001}, {"text": None}, {"text": 5}, {"text": "a\x00b"}, {"text": "\ud800"},
    {"text": "x", "mediaIds": ["no"]}, {"text": "x", "mediaIds": [new_id()] * 11},
    {"text": "x", "mediaIds": [new_id()]}, {"text": "x", "productId": new_id()}, {"text": "x", "productId": 7},
    {"text": "x", "notify": "often"},
    {"text": "x", "to": "all"},
)  # fmt: skip


def test_bad_posts_are_refused(world: World, shop: Person) -> None:
    for body in BAD:
        answer = shop.post(POSTS, body)
        assert answer.status_code in {400, 422}, (body, answer.text)
        assert answer.json()["error"]["code"] in {"invalid", "unknown_media", "invalid_json"}, body
    foreign = add(open_shop(world.person("vendor")), name="Shirt", price=5)
    assert shop.post(POSTS, {"text": "x", "productId": foreign["id"]}).status_code == 422
    assert world.person().post(POSTS, {"text": "x"}).status_code == 403
    nothing = world.person("vendor").post(POSTS, {"text": "x"})
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (409, "profile_needed")
    for query in ("limit=0", "limit=101", "limit=x", "cursor=forged", "sort=text", "q="):
        assert shop.get(f"/api/feed?{query}").status_code == 422, query
        assert shop.get(f"/api/partners/{shop.id}/posts?{query}").status_code == 422, query
    assert shop.delete(f"/api/posts/{new_id()}").status_code == 404
    key = {"Idempotency-Key": new_id()}
    first, again = (shop.post(POSTS, {"text": "once"}, headers=key).json() for _ in range(2))
    assert first["data"] == again["data"]


def test_posts_are_exported_and_leave_with_their_partner(world: World, shop: Person) -> None:
    fan = world.person()
    follow(fan, shop)
    made = write(shop, "unmistakable", mediaIds=[insert_media(shop).id], notify=True)
    row = campaign(made)
    [mine] = shop.get("/api/auth/export").json()["data"]["export"]["posts"]
    assert (mine["text"], len(mine["mediaIds"])) == ("unmistakable", 1)
    assert shop.call("DELETE", "/api/auth/me", {"password": PASSWORD}).ok
    assert texts(feed(fan)) == []
    privacy.forget_users()
    left = "SELECT count(*) FROM partner_posts WHERE partner_id = :id"
    assert db.fetch_value(text(left), {"id": shop.id}) == 0
    [erased] = db.fetch_all(
        text("SELECT title, message, status FROM campaigns WHERE id = :id"), {"id": row["id"]}
    )
    assert (erased.title, erased.message, erased.status) == ("", "", "cancelled")
