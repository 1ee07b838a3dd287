"""HOST: where `make run` listens, which addresses it prints, and which requests it then accepts."""

from __future__ import annotations

import runpy
import socket
from collections.abc import Iterator
from typing import NamedTuple

import psutil
import pytest
import requests

from metaia.dev import banner, listen
from metaia.dev.process_registry import ServiceError
from metaia.dev.settings import ROOT
from tests.support.process import serving

POLLING = "/socket.io/?EIO=4&transport=polling"


class Interface(NamedTuple):
    """An address of an interface, as psutil returns it."""

    family: int
    address: str


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Interface]]:
    """Give the interfaces of a machine, to be changed by tests."""
    found = {
        "lo": [Interface(socket.AF_INET, "127.0.0.1")],
        "docker0": [Interface(socket.AF_INET, "172.17.0.1")],
        "wlan0": [Interface(socket.AF_INET, "192.168.1.7"), Interface(socket.AF_INET6, "fe80::7%wlan0")],
    }
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: found)
    monkeypatch.setattr(listen, "_outward", lambda: "192.168.1.7")
    return found


def host(given: str) -> str:
    environment = {"HOST": given}
    listen.set_host(environment)
    return environment["HOST"]


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("", "127.0.0.1"),
        ("localhost", "127.0.0.1"),
        ("my-laptop", "127.0.0.1"),  # csh names the machine so
        ("x86_64-conda-linux-gnu", "127.0.0.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("192.168.1.7", "192.168.1.7"),
        ("::", "::"),
    ],
)
def test_an_address_is_used_and_a_name_ignored(machine: object, given: str, address: str) -> None:
    del machine
    assert host(given) == address


def test_demo_accounts_are_not_served_on_a_public_address(machine: dict[str, list[Interface]]) -> None:
    machine["eth0"] = [Interface(socket.AF_INET, "8.8.4.4")]
    for given in ("0.0.0.0", "8.8.4.4", "::"):
        with pytest.raises(ServiceError, match=r"8\.8\.4\.4"):
            host(given)
    assert host("192.168.1.7") == "192.168.1.7"


def test_all_addresses_are_printed_and_the_one_on_the_network_is_in_mails(machine: object) -> None:
    del machine
    assert listen.base_url("0.0.0.0", "5000") == "http://192.168.1.7:5000"
    environment = {"HOST": "0.0.0.0", "METAIA_MESSAGES_PAGE": "x", "METAIA_HOME": "x"}
    said = banner.text(5000, environment)
    assert "  API       http://127.0.0.1:5000/api\n" in said
    assert "  Network   http://192.168.1.7:5000  http://172.17.0.1:5000\n" in said
    assert "Network" not in banner.text(5000, environment | {"HOST": "127.0.0.1"})
    assert "http://[fd00::7]:5000/api" in banner.text(5000, environment | {"HOST": "fd00::7"})


@pytest.mark.parametrize(
    ("environment", "bind"),
    [
        ({}, "127.0.0.1:5000"),
        ({"METAIA_ENV": "production"}, "0.0.0.0:5000"),
        ({"METAIA_ENV": "production", "HOST": "web-1"}, "0.0.0.0:5000"),
        ({"METAIA_ENV": "production", "HOST": "10.0.0.7", "PORT": "80"}, "10.0.0.7:80"),
        ({"HOST": "::"}, "[::]:5000"),
        ({"HOST": "my-laptop"}, "127.0.0.1:5000"),
    ],
)
def test_gunicorn_listens_there(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], bind: str
) -> None:
    for name in ("METAIA_ENV", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert runpy.run_path(str(ROOT / "gunicorn.conf.py"))["bind"] == bind


@pytest.fixture(scope="module")
def local(server: object) -> Iterator[str]:
    del server
    with serving(METAIA_ENV="development", HOST="", CORS_ORIGINS="", PUBLIC_BASE_URL="") as url:
        yield url


@pytest.fixture(scope="module")
def on_the_network(server: object) -> Iterator[str]:
    del server
    with serving(METAIA_ENV="development", HOST="0.0.0.0", CORS_ORIGINS="", PUBLIC_BASE_URL="") as url:
        yield url


def status(url: str, **headers: str) -> int:
    return requests.get(url + POLLING, headers=headers, timeout=30).status_code


ON_THIS_MACHINE = ["http://localhost:3000", "https://localhost", "http://127.0.0.1:8080", "http://10.0.2.2:5000",
                   "capacitor://localhost", "ionic://localhost"]  # fmt: skip


@pytest.mark.parametrize("origin", ON_THIS_MACHINE)
def test_in_development_pages_and_emulators_of_this_machine_connect(local: str, origin: str) -> None:
    answer = requests.get(local + POLLING, headers={"Origin": origin}, timeout=30)
    assert (answer.status_code, answer.headers.get("Access-Control-Allow-Origin")) == (200, origin)
    assert status(local, Host="10.0.2.2:5000") == 200


@pytest.mark.parametrize(
    "origin", ["http://192.168.1.9:3000", "https://evil.example", "http://localhost.evil.example", "null"]
)
def test_in_development_other_pages_do_not(local: str, origin: str) -> None:
    assert status(local, Origin=origin) == 403
    assert status(local, Host="192.168.1.7:5000") == 400


@pytest.mark.parametrize(
    "address", ["192.168.1.7", "10.1.2.3", "100.64.0.9", "172.17.0.1", "[fd00::7]", "[::1]"]
)
def test_with_a_host_private_addresses_are_trusted(on_the_network: str, address: str) -> None:
    assert status(on_the_network, Host=f"{address}:5000") == 200
    assert status(on_the_network, Origin=f"http://{address}:3000") == 200


@pytest.mark.parametrize("name", ["rebound.example", "8.8.4.4", "192.168.1.7.evil.example", "[2600::7]"])
def test_with_a_host_names_and_public_addresses_are_not(on_the_network: str, name: str) -> None:
    assert status(on_the_network, Host=f"{name}:5000") == 400
    assert status(on_the_network, Origin=f"http://{name}:3000") == 403
