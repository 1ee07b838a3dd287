"""Addresses as gateways and balancers write them, and the networks that count as one subscriber."""

import pytest

from metaia.network.addresses import canonical, network

WRITTEN = {
    "198.51.100.7": "198.51.100.7",
    " 198.51.100.7 ": "198.51.100.7",
    "198.51.100.7:4711": "198.51.100.7",  # Azure Application Gateway, IIS, AWS with client ports
    '"198.51.100.7:4711"': "198.51.100.7",
    "198.51.100.7:0": "198.51.100.7",
    "::ffff:198.51.100.7": "198.51.100.7",  # a socket that accepts IPv4 and IPv6
    "::FFFF:c633:6407": "198.51.100.7",
    "[::ffff:198.51.100.7]:443": "198.51.100.7",
    "2001:db8::7": "2001:db8::7",
    "2001:DB8:0:0:0:0:0:7": "2001:db8::7",
    "2001:0db8:0000:0000:0000:0000:0000:0007": "2001:db8::7",
    "[2001:db8::7]": "2001:db8::7",
    "[2001:db8::7]:4711": "2001:db8::7",
    '"[2001:db8::7]:4711"': "2001:db8::7",
    "2001:db8:0:0:0:0:0:7:54321": "2001:db8::7",  # a port without brackets
    "2001:db8::7:54321": "2001:db8::7",
    "fe80::7%eth0": "fe80::7",
    "[fe80::7%25eth0]:80": "fe80::7",
    "::1": "::1",
}
NO_ADDRESSES = [
    None, "", " ", '"', "unknown", "-", "unix:", "_hidden", "localhost", "gateway.example.com", "for=198.51.100.7",
    "%eth0", "198.51.100", "198.51.100.256", "198.51.100.007", "3325256711", "0x7f.1", "198.51.100.7\0",
    "198.51.100.7, 198.51.100.8", "١٩٨.51.100.7", "198.51.100.7:", "198.51.100.7:port", "198.51.100.7:123456",
    "198.51.100.7:٤٢", ":4711",
    "[198.51.100.7]", "[2001:db8::7", "2001:db8::7]", "[]", "[]:80", "[2001:db8::7]x", "2001:db8:::7", "7" * 65,
]  # fmt: skip


@pytest.mark.parametrize(("text", "address"), WRITTEN.items())
def test_an_address_has_one_form_however_it_is_written(text: str, address: str) -> None:
    assert canonical(text) == address
    assert canonical(address) == address


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_a_text_that_is_no_address_has_none(text: str | None) -> None:
    assert canonical(text) is None


def test_an_ipv6_network_is_one_subscriber() -> None:
    assert network("2001:db8:1:2:3:4:5:6") == network("[2001:db8:1:2::9]:4711") == "2001:db8:1:2::"
    assert network("2001:db8:1:3::1") != network("2001:db8:1:2::1")
    assert network("::ffff:198.51.100.7") == network("198.51.100.7:80") == "198.51.100.7"
    assert network(None) == "None"
