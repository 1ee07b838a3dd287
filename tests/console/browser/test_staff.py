"""Staff in the console: one login for messages, previews, queues and rq-dashboard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job, JobStatus
from rq.registry import FailedJobRegistry
from rq.results import Result
from rq.serializers import JSONSerializer

from metaia.core.json import Json
from tests.console.browser.product import Product, settle
from tests.console.browser.test_pages import faults
from tools.chromium import Tab

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("BROWSER_PICTURES")  # a folder, to look at
ERROR = "Traceback (most recent call last):\nValueError: the printer is on fire\n"
LOGIN = "[...document.querySelectorAll('input[type=password]')].length"
TEXT = "document.querySelector('main').innerText"


def named(selector: str, text: str) -> str:
    """Return JavaScript for the first element of a selector that has a text."""
    return f"[...document.querySelectorAll('{selector}')].find((one) => one.textContent.includes('{text}'))"


def choose(tab: Tab, label: str, value: str) -> None:
    """Choose an option of the select element with a label."""
    element = f"document.querySelector('select[aria-label=\"{label}\"]')"
    tab.until(f"{element} && [...{element}.options].some((one) => one.value === '{value}')")
    tab.run(f"{element}.value = '{value}', {element}.dispatchEvent(new Event('change', {{bubbles: true}}))")


def picture(tab: Tab, name: str) -> None:
    """Write pictures of a page in both colours, wide and narrow, if a folder is given."""
    for width, dark in ((1280, False), (1280, True), (360, False), (360, True)) if PICTURES else ():
        tab.resize(width, dark=dark)
        tab.run("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)))")
        tab.picture(Path(str(PICTURES)) / f"{name}-{width}{'-dark' if dark else ''}.png")
    tab.resize(1280)


@pytest.fixture
def failed_job(product: Product) -> Iterator[str]:
    """Give the id of a job that has failed, in a queue that no worker reads."""
    if product.redis_url is None:
        pytest.skip("needs the Redis of the product")
    with Redis.from_url(product.redis_url) as redis:
        queue = Queue("printing", connection=redis, serializer=JSONSerializer)
        job = queue.enqueue("metaia.nowhere.printed", kwargs={"order": "1"}, job_id="job-that-failed")
        queue.remove(job.id)
        job.set_status(JobStatus.FAILED)
        Result.create_failure(job, 3600, ERROR)
        FailedJobRegistry(queue=queue).add(job, ttl=3600)
        yield str(job.id)
        queue.delete(delete_jobs=True)


def status(product: Product, job_id: str) -> str:
    with Redis.from_url(str(product.redis_url)) as redis:
        return str(Job.fetch(job_id, connection=redis, serializer=JSONSerializer).get_status().value)


def test_one_login_opens_messages_previews_queues_and_the_dashboard(
    product: Product, tab: Tab, failed_job: str
) -> None:
    order: Json = product.order()
    product.enter(tab, "admin", "/messages")
    # a notification and its trace
    tab.until("document.querySelector('tr.opens')")
    picture(tab, "messages")
    tab.run(f"{named('tr.opens', 'order_placed')}.click()")
    tab.until(f"location.pathname.includes('/messages/') && {TEXT}.includes('{order['orderNumber']}')")
    settle(tab)
    found = faults(tab, "trace")
    picture(tab, "trace")
    # a message in Hindi
    product.enter(tab, "admin", "/previews")
    choose(tab, "Type", "account_viewed")
    choose(tab, "Language", "hi")
    tab.until("/[\\u0900-\\u097f]{4}/.test(document.querySelector('dd.lines')?.innerText ?? '')")
    tab.until("document.querySelector('iframe.mail')")
    found += faults(tab, "previews")
    picture(tab, "previews")
    # a failed job
    product.enter(tab, "admin", "/queues")
    choose(tab, "Queues", "printing")
    tab.until(f"{TEXT}.includes('the printer is on fire')")
    found += faults(tab, "queues")
    picture(tab, "queues")
    tab.run(f"{named('tr.opens', failed_job)}.click()")
    tab.until("document.querySelector('dialog[open]')")
    found += faults(tab, "a job")
    picture(tab, "job")
    tab.run(f"{named('dialog .button', 'Try again')}.click()")
    tab.until("!document.querySelector('dialog[open]')")
    assert status(product, failed_job) == "queued"
    tab.until(f"{TEXT}.includes('Nothing matches.')")
    # rq-dashboard, without another login
    tab.run(f"{named('a.button', 'rq-dashboard')}.click()")
    tab.until("location.pathname === '/admin/rq/' && document.querySelectorAll('[data-role=queue]').length")
    assert tab.run(LOGIN) == 0
    assert "printing" in tab.run("document.querySelector('#queues').innerText")
    picture(tab, "dashboard")
    found += faults(tab, "rq-dashboard")
    back = tab.run("document.querySelector('a.back').getAttribute('href')")
    assert back == f"/console/{product.slot('admin')}/queues"
    assert found == [], "\n".join(found)


def test_an_earlier_address_opens_its_page_in_the_slot_of_staff(product: Product, tab: Tab) -> None:
    slot = product.slot("support")
    product.enter(tab, "support")
    for old, page in (("/admin/notifications", f"/console/{slot}/messages"), ("/admin/rq/", "/admin/rq/")):
        tab.send("Page.navigate", url=product.url + old)
        tab.until(f"location.pathname === '{page}'")
    tab.until("document.querySelector('a.back')")


def test_after_a_logout_the_browser_has_nothing_and_the_dashboard_is_closed(
    product: Product, tab: Tab
) -> None:
    product.enter(tab, "support")
    tab.send("Page.navigate", url=f"{product.url}/console/{product.slot('support')}/dashboard")
    tab.until("location.pathname === '/admin/rq/' && document.readyState === 'complete'")
    product.enter(tab, "support", "/people")
    tab.until("document.querySelector('tr.opens')")
    tab.run("document.querySelector('.menu summary').click()")
    tab.run(f"{named('.menu .button', 'Log out')}.click()")
    tab.until("location.pathname === '/console/' && document.querySelector('.people')")
    assert tab.run("document.querySelectorAll('tr.opens').length") == 0
    kept = tab.run("Object.keys({...localStorage, ...sessionStorage})")
    assert set(kept) <= {"metaia:language", "metaia:theme"}
    assert tab.run("indexedDB.databases().then((found) => found.length)") == 0
    tab.send("Page.navigate", url=f"{product.url}/admin/rq/")
    tab.until("location.pathname === '/console/' && document.querySelector('.people')")
