"""What the documents say of settings, packages, events and functions agrees with the code."""

import json
import re
import subprocess
from contextlib import closing
from pathlib import Path

import gevent
import pytest

from metaia import extensions
from metaia.auth.lockout.policy import ACCOUNT, ADDRESS, CODE, PAIR
from metaia.core import metrics as core_metrics
from metaia.core.http import limit_classes
from metaia.presence import leases
from metaia.presence import service as presence_service
from metaia.realtime.asyncapi import document as asyncapi
from metaia.realtime.clients import connections, latency, limits
from metaia.realtime.clients import socketio as socketio_clients
from metaia.realtime.gateways import plain as plain_gateway
from metaia.realtime.gateways import requested_rooms, tickets
from metaia.realtime.log import store as log_store
from metaia.realtime.transport import frames, handover, packets, send_buffer, unauthenticated
from metaia.settings import SETTINGS
from tests.js import node
from tests.support.waiting import numbers, send_numbered, until

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def rows(text):
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line
    ]


def test_the_settings_in_operations_are_those_that_the_code_reads():
    text = (DOCS / "operations.md").read_text()
    table = rows(text.split("## Settings", 1)[1].split("\n\n", 2)[2].split("\n\n", 1)[0])[2:]
    expected = [
        [
            f"`{setting.name}`",
            f"`{setting.default}`" if setting.default else "",
            setting.meaning + (" (needed)" if setting.needed else ""),
        ]
        for setting in SETTINGS
    ]
    assert table == expected


REQUIREMENTS = ["requirements.in", "requirements-run.in", "requirements-dev.in", "requirements-uv.in"]


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_package_we_ask_for_has_its_reason_in_dependencies(name):
    lines = (ROOT / name).read_text().splitlines()
    asked = {found[0] for line in lines if (found := re.match(r"\w[\w-]*", line))}
    given = {row[0] for row in rows((DOCS / "dependencies.md").read_text())}
    assert asked - given == set()


def test_dependencies_has_no_package_that_we_do_not_ask_for():
    asked = "".join((ROOT / name).read_text() for name in REQUIREMENTS)
    for package, *_ in rows((DOCS / "dependencies.md").read_text()):
        assert (
            package == "package" or set(package) <= {"-"} or re.search(rf"^{package}\b", asked, re.MULTILINE)
        )


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_every_file_and_function_that_a_document_names_exists(path):
    for file, name in re.findall(r"`([\w/]+\.py)(?::(\w+))?`", path.read_text()):
        code = next((p for p in (ROOT / file, ROOT / "metaia" / file) if p.exists()), None)
        if "/" not in file and code is None:
            continue  # the name that a file has in every domain
        assert code, file
        assert not name or re.search(rf"^ *(def |class )?{name}\b", code.read_text(), re.MULTILINE), (
            file,
            name,
        )


def test_the_protocol_names_every_message_that_travels(app):
    with app.app_context():
        messages = asyncapi.document(app)["components"]["messages"]
    text = (DOCS / "realtime.md").read_text()
    assert [name for name in messages if not name.endswith(":answer") and f"`{name}`" not in text] == []


def test_decisions_are_short_and_say_why():
    for path in sorted((DOCS / "adr").glob("*.md")):
        text = path.read_text()
        assert len(text.splitlines()) <= 25, path.name
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name


class Snippet(node.Client):
    """A piece of JavaScript from the protocol's page, with the two functions that a reader writes for it."""

    def __init__(self, url, token, code):
        node.packages()
        given = f"""
            const server = {json.dumps(url)};
            const accessToken = async () => {json.dumps(token)};
            const handle = (name, data) => console.log(JSON.stringify([name, data]));
        """
        command: list[str | Path] = [
            node.NODE,
            "--experimental-eventsource",
            "--no-warnings",
            "--input-type=module",
            "-e",
        ]
        self.heard = []
        self.process = subprocess.Popen(
            [*command, given + code],
            cwd=node.FOLDER,
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
        )
        self.reader = gevent.spawn(self._read)


def snippets():
    """Return the page's pieces by what they connect with."""
    found = re.findall(r"```js\n(.*?)```", (DOCS / "realtime.md").read_text(), re.DOTALL)
    socketio, shared, websocket, stream = found
    return {
        "Socket.IO": 'import { io } from "socket.io-client";' + socketio,
        "a WebSocket": shared + websocket,
        "an event stream": shared + stream,
    }


@pytest.mark.parametrize("way", snippets())
def test_the_protocols_examples_hear_everything_once_though_the_server_ends_their_connection(world, way):
    person = world.person()
    with closing(Snippet(world.url, person.token, snippets()[way])) as script:
        script.wait("sync")
        send_numbered(person, 1)
        script.wait("new_notification")
        assert connections.end_where(lambda actor: actor.id == person.id, "token_expired") == 1
        until(lambda: all(there.actor.id != person.id for there in connections.open_connections.values()))
        send_numbered(person, 2)
        script.wait("sync", 2)
        send_numbered(person, 3)
        script.wait("new_notification", 3)
        assert numbers(script.of("new_notification")) == [1, 2, 3]


def test_the_protocols_example_answers_when_it_is_asked_whether_it_has_an_event(world, monkeypatch):
    person = world.person()
    with closing(Snippet(world.url, person.token, snippets()["Socket.IO"])) as script:
        script.wait("sync")
        before = core_metrics.acknowledgements["received"]
        monkeypatch.setattr(latency, "_every", 1)
        send_numbered(person, 1)
        until(lambda: core_metrics.acknowledgements["received"] == before + 1)
        assert numbers(script.of("new_notification")) == [1]


def test_the_limits_are_those_of_the_code(app):
    eio = extensions.socketio.server.eio
    text = (DOCS / "realtime.md").read_text()
    for promise in (
        f"{eio.max_http_buffer_size:,} bytes), text only, at most {frames.MAX_FRAGMENTS} fragments",
        f"`/ws` or `/admin` | {plain_gateway.MAX_MESSAGE_BYTES:,} bytes",
        f"{limits.BURST:.0f} at once, {limits.PER_SECOND:.0f} a second",
        f"connections of one user | {limits.MAX_CONNECTIONS}",
        f"packets in one POST by long polling | {packets.MAX_PACKETS:,}",
        f"{send_buffer.MAX_BYTES:,} bytes; it must also take some within {send_buffer.WRITE_SECONDS:.0f} seconds",
        f"{eio.ping_interval} seconds after your last answer, which may take {eio.ping_timeout}",
        f"every {connections.KEEP_ALIVE_EVERY} seconds",
        f"network | {handover.USER_TIMEOUT // 1000} seconds",
        f"once, for {tickets.SECONDS} seconds",
        f"full page of {log_store.PAGE} events",
        f"when the token's time is up ({app.config['ACCESS_TOKEN_MINUTES']} minutes)",
        f"`offline` within {leases.LEASE + presence_service.RENEW + 1:.0f} seconds",
        f"`online` within {presence_service.RENEW:.0f}",
        f"without a connection, for {leases.LEASE:.0f} seconds",
        f"rooms of a connection, with its own | {requested_rooms.MAX_ROOMS}",
        f"rooms that are restored with `socket.recovered` | {socketio_clients.MAX_KEPT}",
        f"of all kinds together | {app.config['CONNECTS_PER_MINUTE']:,} a minute",
        f"refused on one connection | {unauthenticated.TRIES} times",
        f"without authenticating | {unauthenticated.SECONDS:.0f} seconds",
        f"seconds; sooner when {unauthenticated.MAX_CONNECTIONS:,} others",
        f"partner's status | {presence_service.CHANGES.amount} a minute",
    ):
        assert promise in text.replace("\n", " ")


def test_the_rate_limits_are_those_of_the_code():
    text = (DOCS / "operations.md").read_text().replace("\n", " ")
    for entrance in (
        limit_classes.READ,
        limit_classes.WRITE,
        limit_classes.LOGIN,
        limit_classes.MAIL,
        limit_classes.UPLOAD,
        limit_classes.WEBHOOK,
    ):
        said = f"{entrance.name.upper()} {int(entrance.limit.split()[0]):,}"
        assert re.search(rf"{said}\b(?!,\d)", text), said
        if entrance.by_account:
            count = entrance.by_account.split()[0]
            assert re.search(rf"{said} and {count} for each account", text), said


def test_the_delays_after_failures_are_those_of_the_code():
    table = {row[0]: row[1:] for row in rows((DOCS / "accounts.md").read_text())}
    for what, schedule in {
        "an account from one address": PAIR,
        "an address (IPv6: its /64), whatever the account": ADDRESS,
        "an account from everywhere": ACCOUNT,
        "the codes of an account, after a right password": CODE,
    }.items():
        waits = {30: "30 seconds", 900: "15 minutes"}[schedule.max_wait]
        decay = {180: "3 minutes", 3600: "hour"}[schedule.decay]
        assert table[what] == [str(schedule.free), waits, decay], what


def test_operations_lists_every_metric_there_is(world):
    metrics = world.staff().get("/metrics").text
    text = (DOCS / "operations.md").read_text()
    listed = set(re.findall(r"^\| `(metaia_\w+)`", text, re.MULTILINE))
    assert listed == set(re.findall(r"^# TYPE (\w+)", metrics, re.MULTILINE)) - {""}
