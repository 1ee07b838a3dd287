"""The pages about notifications."""

from __future__ import annotations

import pytest
from flask import Flask, Response

from metaia.core.actor import current
from metaia.core.http import answer
from metaia.notifications import preview, wording
from metaia.notifications.catalogue import EMAIL, NOTICES
from tests.staff.browser import Browser, make_staff

NOTIFICATION = "01890a5d-ac96-774b-bcce-b302099a8057"


def test_the_start_greets_and_leads_everywhere(stranger: Browser) -> None:
    stranger.log_in(make_staff(name="<b>Ada</b>"))
    page = stranger.get("/admin/").text
    assert "Hello, &lt;b&gt;Ada&lt;/b&gt;" in page
    for address in ("/admin/rq/", "/admin/notifications", "/admin/notifications/preview", "/api-docs/"):
        assert f'href="{address}"' in page
        assert stranger.get(address).status_code == 200


def test_the_trace_is_what_the_api_answers(
    app: Flask, staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def view(notification_id: str) -> Response:
        return answer(trace={"id": notification_id, "to": current().role})

    monkeypatch.setitem(app.view_functions, "staff_notifications.get_trace", view)
    found = staff.get(f"/admin/notifications/{NOTIFICATION}/trace.json")
    assert found.json() == {"status": "success", "data": {"trace": {"id": NOTIFICATION, "to": "support"}}}


def test_the_traces_page_names_its_notification(staff: Browser) -> None:
    assert f'data-id="{NOTIFICATION}"' in staff.get(f"/admin/notifications/{NOTIFICATION}").text
    assert staff.get("/admin/notifications/nobody").status_code == 404


def test_every_notice_has_its_preview_on_every_channel(staff: Browser) -> None:
    page = staff.get("/admin/notifications/preview").text
    for notice in NOTICES.values():
        assert f"<strong>{notice.name}</strong>" in page
    assert page.count('class="preview"') == sum(
        len(preview.channels(notice)) * len(wording.locales()) for notice in NOTICES.values()
    )


def test_a_mail_is_shown_alone_and_can_do_nothing(staff: Browser) -> None:
    name = next(notice.name for notice in NOTICES.values() if EMAIL in notice.channels)
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
