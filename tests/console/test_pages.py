"""The pages about notifications."""

from __future__ import annotations

import re

import pytest

from metaia.notifications.content import preview, templates
from metaia.notifications.registry import EMAIL, NOTIFICATION_TYPES
from tests.support.people import World
from tests.support.staff_browser import Browser, make_staff

NOTIFICATION = "01890a5d-ac96-774b-bcce-b302099a8057"


def test_the_start_greets_and_leads_everywhere(stranger: Browser) -> None:
    stranger.log_in(make_staff(name="<b>Ada</b>"))
    page = stranger.get("/admin/start").text
    assert "Hello, &lt;b&gt;Ada&lt;/b&gt;" in page
    for address in ("/admin/rq/", "/admin/notifications", "/admin/notifications/preview", "/api-docs/"):
        assert f'href="{address}"' in page
        assert stranger.get(address).status_code == 200


@pytest.mark.parametrize(
    "path", ["start", "notifications", f"notifications/{NOTIFICATION}", "notifications/preview"]
)
def test_every_page_of_ours_lets_one_log_out(staff: Browser, path: str) -> None:
    assert 'id="logout"' in staff.get(f"/admin/{path}").text


def test_what_somebody_was_told_is_found_and_traced_as_by_the_api(world: World, staff: Browser) -> None:
    customer, support = world.person(), world.staff("support")
    customer.order()
    query = f"?email={customer.user['email']}&type=order_placed"
    found = staff.get(f"/admin/notifications.json{query}").json()
    assert found == support.get(f"/api/admin/notifications{query}").json()
    [told] = found["data"]["notifications"]
    trace = staff.get(f"/admin/notifications/{told['id']}/trace.json").json()["data"]["trace"]
    assert trace["notification"]["id"] == told["id"]
    assert trace["audience"]["userId"] == customer.id


def test_a_search_that_is_wrong_is_named(staff: Browser) -> None:
    answer = staff.get("/admin/notifications.json?status=nothing")
    assert (answer.status_code, list(answer.json()["error"]["details"])) == (422, ["status"])


def test_the_traces_page_names_its_notification(staff: Browser) -> None:
    assert f'data-id="{NOTIFICATION}"' in staff.get(f"/admin/notifications/{NOTIFICATION}").text
    assert staff.get("/admin/notifications/nobody").status_code == 404


def test_every_notice_has_its_preview_on_every_channel(staff: Browser) -> None:
    page = staff.get("/admin/notifications/preview").text
    for type_ in NOTIFICATION_TYPES.current().values():
        assert f"<strong>{type_.name}</strong>" in page
    assert page.count('class="preview"') == sum(
        len(preview.channels(type_)) * len(templates.locales())
        for type_ in NOTIFICATION_TYPES.current().values()
    )


def test_a_mail_is_shown_alone_and_can_do_nothing(staff: Browser) -> None:
    name = next(type_.name for type_ in NOTIFICATION_TYPES.current().values() if EMAIL in type_.channels)
    found = staff.get(f"/admin/notifications/preview/{name}/en/email")
    assert found.status_code == 200
    assert found.headers["Content-Type"].startswith("text/html")
    policy = found.headers["Content-Security-Policy"]
    assert "sandbox" in policy.split("; ")
    assert "script-src" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(
    "path", ["nothing/en/email", "order_ready/xx/email", "order_ready/en/in_app", "order_ready/en/fax"]
)
def test_what_is_no_mail_is_not_found(staff: Browser, path: str) -> None:
    assert staff.get(f"/admin/notifications/preview/{path}").status_code == 404


def test_tables_scroll_inside_of_a_narrow_screen(staff: Browser) -> None:
    """Measured with Chromium at 390 px: no page was wider. The markup that this depends on must stay."""
    search = staff.get("/admin/notifications").text
    assert re.search(r'<div class="wide">\s*<table', search)
    queues = staff.get("/admin/rq/").text
    for page, sheet, rule in (
        (search, "staff.css", ".wide { overflow-x: auto; }"),
        (queues, "queues.css", ".container { overflow-x: auto; }"),
    ):
        [address] = re.findall(rf'href="([^"]+/{sheet})"', page)
        assert rule in staff.get(address).text
        assert 'name="viewport" content="width=device-width' in page
