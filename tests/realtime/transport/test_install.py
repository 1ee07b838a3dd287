"""The transport end to end: raw and stock clients, WebSocket, polling, and the upgrade from one to the other."""

from __future__ import annotations

import gc
import json
import socket
import weakref
from collections.abc import Callable
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import engineio
import gevent
import pytest
import websocket
from engineio.packet import MESSAGE, Packet
from gevent.event import Event
from gevent.pywsgi import WSGIHandler

from metaia.core import metrics
from metaia.core.libraries import guards as library_guards
from metaia.extensions import socketio
from metaia.realtime.clients import fanout
from metaia.realtime.transport import engineio_output, send_buffer
from metaia.realtime.transport import install as transport
from metaia.realtime.transport.engineio_socket import FastSocket
from metaia.realtime.transport.pings import Clock
from tests.support import raw_socket as raw
from tests.support.people import World
from tests.support.polling_client import Polling
from tests.support.raw_socket import Raw, eio_of, sids_of
from tests.support.waiting import numbers, send_numbered, send_one_by_one, until


@pytest.fixture
def disconnects(monkeypatch: Any) -> dict[str, list[Any]]:
    """Give the disconnect events by Engine.IO sid."""
    seen: dict[str, list[Any]] = {}
    eio = socketio.server.eio
    handle = eio.handlers["disconnect"]

    def remember(sid: str, reason: Any) -> None:
        seen.setdefault(sid, []).append(reason)
        handle(sid, reason)

    monkeypatch.setitem(eio.handlers, "disconnect", remember)
    return seen


@pytest.fixture
def fast_clock(world: World, monkeypatch: Any) -> Clock:
    """Give the server a clock of short intervals."""
    clock = Clock(0.1, 0.3, 0.05)
    monkeypatch.setattr(socketio.server.eio, "clock", clock)
    return clock


def received(client: Raw, count: int) -> list[int]:
    return [json.loads(client.until('42["new_notification"')[2:])[1]["data"]["number"] for _ in range(count)]


def check_service(world: World) -> None:
    """Check that a new client is served."""
    person = world.person()
    client = person.socket()
    send_numbered(person, 1)
    client.wait("new_notification")


def test_a_raw_client_gets_all_its_events_in_order(world: World) -> None:
    person = world.person()
    with Raw(world.url) as client:
        assert client.status.endswith("101 Switching Protocols")
        client.login(person)
        send_one_by_one(person, range(50))
        send_numbered(person, *range(50, 100))
        assert received(client, 100) == list(range(100))


def test_a_stock_client_changes_from_polling_to_websocket_and_misses_nothing(world: World) -> None:
    person = world.person()
    client = person.socket(transports=["polling", "websocket"])
    send_one_by_one(person, range(20))
    until(lambda: len(numbers(client)) == 20)
    assert client.client.transport() == "websocket"
    assert numbers(client) == list(range(20))
    assert eio_of(client.client.get_sid()).queue is None


def test_events_during_the_change_arrive_once_and_in_order(world: World) -> None:
    person = world.person()
    polling = Polling(world)
    assert polling.upgrades == ["websocket"]
    polling.login(person)
    send_numbered(person, 1)
    polling.until('42["new_notification"')
    poll = gevent.spawn(polling.poll)
    with Raw(world.url, query=f"&sid={polling.sid}") as client:
        client.send_text("2probe")
        assert client.text() == "3probe"
        poll.join(5)
        assert polling.heard[-1] == "6"
        send_one_by_one(person, range(2, 10))
        assert polling.poll() == 200
        assert polling.heard[-1] == "6"  # nothing more arrives by polling
        client.send_text("5")
        send_one_by_one(person, range(10, 20))
        assert received(client, 18) == list(range(2, 20))
        assert polling.poll() == 400
        assert polling.post("3") == 400


@pytest.mark.parametrize("words", [["2prob"], ["5"], ["2probe", "4"], ["2probe", "2probe"], []])
def test_a_change_that_fails_leaves_the_client_polling(world: World, words: list[str]) -> None:
    person = world.person()
    polling = Polling(world)
    polling.login(person)
    with Raw(world.url, query=f"&sid={polling.sid}") as client:
        client.send_text(*words)
        if not words:
            client.wire.shutdown(socket.SHUT_WR)
        client.wait_closed()
    until(lambda: not socketio.server.eio.sockets[polling.sid].upgrading)
    send_numbered(person, 7)
    assert '"number":7' in polling.until('42["new_notification"')
    with Raw(world.url, query=f"&sid={polling.sid}") as again:
        again.send_text("2probe", "5")
        assert again.text() == "3probe"
        send_numbered(person, 8)
        assert received(again, 1) == [8]


def test_a_second_change_at_the_same_time_is_refused(world: World) -> None:
    polling = Polling(world)
    polling.login(person := world.person())
    with (
        Raw(world.url, query=f"&sid={polling.sid}") as first,
        Raw(world.url, query=f"&sid={polling.sid}") as second,
    ):
        assert second.close_code() == 1008
        first.send_text("2probe", "5")
        send_numbered(person, 1)
        assert first.text() == "3probe"
        assert received(first, 1) == [1]


def test_a_client_that_only_polls_is_served(world: World, disconnects: dict[str, list[Any]]) -> None:
    person = world.person()
    polling = Polling(world)
    polling.login(person)
    send_numbered(person, 1, 2)
    until(lambda: polling.poll() == 200 and sum("new_notification" in text for text in polling.heard) == 2)
    assert polling.post('421["are_you_there"]') == 200
    assert "unknown_event" in polling.until("431")
    assert polling.post("1") == 200
    assert polling.poll() == 400
    assert disconnects[polling.sid] == ["client disconnect"]
    assert polling.sid not in socketio.server.eio.sockets


def test_a_polling_client_that_stops_polling_is_disconnected(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(engineio_output, "MAX_BYTES", 20_000)
    before = metrics.ended[send_buffer.SLOW]
    person = world.person()
    polling = Polling(world)
    polling.login(person)
    eio = socketio.server.eio
    send_numbered(person, 1)
    until(lambda: transport.buffered(eio, polling.sid) > 0)
    polling.poll()
    assert transport.buffered(eio, polling.sid) == 0
    send_one_by_one(person, range(100))
    until(lambda: polling.sid not in eio.sockets)
    assert metrics.ended[send_buffer.SLOW] == before + 1
    until(lambda: not sids_of(person))


def test_the_server_disconnects_a_client_that_does_not_answer_pings(
    world: World, fast_clock: Clock, disconnects: dict[str, list[Any]]
) -> None:
    answering, silent = world.person(), world.person()
    with Raw(world.url) as good, Raw(world.url) as bad:
        eio_sid = json.loads(bad.until("0{")[1:])["sid"]
        bad.send_text("40" + json.dumps({"token": silent.token}))
        good.login(answering)
        bad.until('42["sync"')
        for _ in range(5):
            assert good.next() == (raw.TEXT, b"2")
            good.send_text("3", "3", "3")  # more than requested
        assert bad.close_code() == 1000
        until(lambda: eio_sid in disconnects)
        assert disconnects[eio_sid] == ["ping timeout"]
        assert sids_of(answering)
    until(lambda: not sids_of(silent))


def test_polling_clients_that_vanish_leave_nothing(
    world: World, fast_clock: Clock, disconnects: dict[str, list[Any]]
) -> None:
    polling = [Polling(world) for _ in range(5)]
    eio = socketio.server.eio
    assert all(client.sid in eio.sockets for client in polling)
    until(lambda: not any(client.sid in eio.sockets for client in polling))
    assert [disconnects[client.sid] for client in polling] == [["ping timeout"]] * 5
    assert eio.service_task_handle is None
    until(lambda: not fast_clock._due or not any(fast_clock._due.values()))


def test_pings_of_the_websocket_protocol_are_answered(world: World) -> None:
    address = world.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    client = websocket.create_connection(address, timeout=30)
    client.ping("hello")
    opcodes = [client.recv_frame() for _ in range(2)]
    assert [(frame.opcode, frame.data) for frame in opcodes][1] == (raw.PONG, b"hello")
    client.close()


def test_the_clock_has_the_settings_of_the_server(world: World) -> None:
    world.person().socket()
    eio = socketio.server.eio
    assert (eio.clock.interval, eio.clock.timeout) == (eio.ping_interval, eio.ping_timeout)


@pytest.mark.parametrize("size", [100, 126, 65_535, 65_536, 300_000])
def test_large_frames_arrive_whole(world: World, size: int) -> None:
    person = world.person()
    client = person.socket()
    with Raw(world.url) as bare:
        for sid in (client.client.get_sid(), bare.login(person)):
            fanout.emit("large", {"text": "é" * (size // 2)}, sid)
            fanout.emit("small", {}, sid)
        client.wait("small")
        assert client.of("large") == [{"text": "é" * (size // 2)}]
        assert json.loads(bare.text()[2:]) == ["large", {"text": "é" * (size // 2)}]
        assert bare.text() == '42["small",{}]'


def test_what_is_sent_directly_keeps_its_place_among_the_rest(world: World) -> None:
    person = world.person()
    with Raw(world.url) as client:
        sid = client.login(person)
        for number in range(30):
            if number % 3 == 0:
                socketio.server.emit("n", number, room=sid)
            elif number % 3 == 1:
                fanout.emit("n", number, sid)  # type: ignore[arg-type]
            else:
                socketio.server.manager.emit("n", number, namespace="/", room=sid, ignore_queue=True)
        assert [json.loads(client.text()[2:])[1] for _ in range(30)] == list(range(30))


def test_a_direct_send_is_what_socketio_would_send(world: World) -> None:
    payload = {"text": "é\u2028😀", "n": [1, 2.5, None, True], "o": {"p": {}}}
    with Raw(world.url) as client:
        sid = client.login(world.person())
        fanout.emit("same", payload, sid)
        socketio.server.emit("same", payload, room=sid)
        assert client.text() == client.text()


def test_bytes_in_the_packet_of_the_handshake_are_read(world: World) -> None:
    person = world.person()
    hello = raw.frame("40" + json.dumps({"token": person.token}))
    with Raw(world.url, early=hello) as client:
        assert client.until("40").startswith('40{"sid"')


def test_messages_sent_before_the_client_leaves_are_handled(
    world: World, disconnects: dict[str, Any]
) -> None:
    with Raw(world.url) as client:
        client.login(world.person())
        client.send_text(*(f'42{number}["are_you_there"]' for number in range(30)), "1")
        assert [client.until(f"43{number}")[:4] for number in range(30)]
        assert client.close_code() == 1000
    assert all(len(reasons) == 1 for reasons in disconnects.values())


def reset(client: Raw) -> None:
    client.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.wire.close()


def close_thrice(_: Raw, end: FastSocket) -> None:
    end.close()
    end.close(abort=True)
    end.expire()


def all_at_once(client: Raw, end: FastSocket) -> None:
    client.send_text("1")
    client.wire.close()
    end.expire()
    end.close()


ENDINGS: dict[str, Callable[[Raw, FastSocket], None]] = {
    "the client cuts": lambda client, _: client.wire.close(),
    "the client closes the WebSocket": lambda client, _: client.send(raw.frame(b"\x03\xe8", raw.CLOSE)),
    "the client closes Engine.IO": lambda client, _: client.send_text("1"),
    "the client breaks the protocol": lambda client, _: client.send(raw.frame(b"", 2)),
    "the client sends no packet": lambda client, _: client.send_text("x"),
    "the client resets": lambda client, _: reset(client),
    "the server closes": lambda _, end: end.close(),
    "the server closes thrice": close_thrice,
    "all at once": all_at_once,
}


@pytest.mark.parametrize("way", ENDINGS.values(), ids=ENDINGS.keys())
def test_every_way_to_end_a_connection_disconnects_once_and_frees_it(
    world: World, disconnects: dict[str, list[Any]], way: Callable[[Raw, FastSocket], None]
) -> None:
    person, other = world.person(), world.person().socket()
    with Raw(world.url) as client:
        end = eio_of(client.login(person))
        send_one_by_one(person, range(5))
        assert end.websocket is not None
        eio_sid, connection, held = end.sid, end.websocket._socket, weakref.ref(end)
        way(client, end)
        until(lambda: eio_sid in disconnects and eio_sid not in socketio.server.eio.sockets)
        until(lambda: not sids_of(person))
        if client.wire.fileno() != -1:
            client.wait_closed()
    assert other.ask("are_you_there")["error"]["code"] == "unknown_event"
    assert len(disconnects[eio_sid]) == 1
    assert eio_sid not in socketio.server.environ
    end.send(Packet(MESSAGE, "too late"))
    until(lambda: connection.fileno() == -1)
    del end
    until(lambda: gc.collect() is not None and held() is None)


def test_a_slow_disconnect_handler_delays_no_other_client(world: World, monkeypatch: Any) -> None:
    released = Event()
    monkeypatch.setitem(socketio.server.eio.handlers, "disconnect", lambda *_: released.wait(5))
    with Raw(world.url) as client:
        client.login(world.person())
    check_service(world)
    released.set()


def test_a_frozen_client_is_disconnected_while_others_are_served(world: World) -> None:
    frozen, others = world.person(), [world.person() for _ in range(3)]
    clients = [person.socket() for person in others]
    before = metrics.ended[send_buffer.SLOW]
    with Raw(world.url, buffer=4096) as client:
        end = eio_of(client.login(frozen))
        for number in range(300):
            if end.closed:
                break
            fanout.emit("much", {"text": "x" * 50_000}, sids_of(frozen)[0])
            if number % 20 == 0:
                send_numbered(others[number % 3], number)
            gevent.sleep(0)
        until(lambda: end.closed)
        until(lambda: not sids_of(frozen))
    assert metrics.ended[send_buffer.SLOW] == before + 1
    for number in range(3):
        send_numbered(others[number], 1000)
        clients[number].wait("new_notification", where=lambda data: data["data"]["number"] == 1000)


def test_a_slow_reader_gets_everything_and_delays_no_other_client(world: World) -> None:
    slow, person = world.person(), world.person()
    quick = person.socket()
    with Raw(world.url, buffer=4096) as client:
        sid = client.login(slow)
        for number in range(9):
            fanout.emit("n", {"n": number, "text": "x" * 100_000}, sid)
        gevent.sleep(0)
        send_numbered(person, 1)
        quick.wait("new_notification")
        assert [json.loads(client.text()[2:])[1]["n"] for _ in range(9)] == list(range(9))
        assert eio_of(sid).buffer is not None


def test_connections_have_the_options_we_want(world: World) -> None:
    with Raw(world.url) as client:
        end = eio_of(client.login(world.person()))
        assert end.websocket is not None
        connection = end.websocket._socket
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 30_000


def test_a_silent_connection_holds_no_greenlet_and_no_http_handler(world: World) -> None:
    with Raw(world.url) as client:
        end = eio_of(client.login(world.person()))
        until(lambda: end.websocket is not None and not end.websocket._handling)
        assert end.queue is None
        environ = socketio.server.environ[end.sid]
        assert environ["HTTP_HOST"] == "test"
        assert "wsgi.websocket" not in environ
        port = client.wire.getsockname()[1]

        def serving() -> list[Any]:
            gc.collect()
            found = [thing for thing in gc.get_objects() if isinstance(thing, WSGIHandler)]
            return [handler for handler in found if handler.client_address[1] == port]

        until(lambda: not serving())


def test_install_again_changes_nothing(world: World) -> None:
    transport.install()
    transport.install()
    assert engineio.server.socket.Socket is FastSocket


@pytest.mark.parametrize("name", transport.PACKAGES)
def test_another_version_stops_the_start(name: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(library_guards, "version", lambda asked: "99.1" if asked == name else version(asked))
    with pytest.raises(RuntimeError, match=f"{name} 99.1 is not the tested"):
        transport.install()


def test_changed_internals_stop_the_start(monkeypatch: Any) -> None:
    monkeypatch.setattr(transport._stock, "close", lambda self, reason: None)
    with pytest.raises(RuntimeError, match="close has changed"):
        transport.install()


def test_another_transport_in_place_stops_the_start(monkeypatch: Any) -> None:
    monkeypatch.setattr(engineio.server.socket, "Socket", object)
    with pytest.raises(RuntimeError, match="replaced"):
        transport.install()


def test_broadcast_skips_disconnected_clients(world: World) -> None:
    with Raw(world.url) as client:
        end = eio_of(client.login(world.person()))
        transport.broadcast(socketio.server.eio, ["nobody", end.sid], '2["hello"]')
        assert client.text() == '42["hello"]'
    assert urlsplit(world.url).port
    assert transport.buffered(socketio.server.eio, "nobody") == 0
