"""Addresses as gateways and balancers write them, and the networks that count as one subscriber."""

import pytest

from metaia.network.addresses import canonical, is_private, is_public, network

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


PUBLIC = [
    "8.8.8.8", "192.0.1.1", "198.20.0.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001:81c::200e",
    "::ffff:8.8.8.8", "64:ff9b::808:808",  # NAT64 of 8.8.8.8, as hosts with IPv6 only see it
    "2002:808:808::1",  # 6to4 of 8.8.8.8
]  # fmt: skip
NOT_PUBLIC = [
    # private, loopback, link-local, of a carrier, for documentation and benchmarks, multicast, reserved
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "2001:db8::1", "100::1",
    "3fff::1", "5f00::1",
    # private addresses, wrapped
    "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe",
    "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:c0a8:101::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    # no addresses as this machine's resolver would read them
    "", "localhost", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "①②⑦.⓪.⓪.①", "8.8.8.8.example",
]  # fmt: skip


@pytest.mark.parametrize("text", PUBLIC)
def test_an_address_of_the_internet_is_public(text: str) -> None:
    assert is_public(text)
    assert not is_private(text)


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_all_others_are_not_in_whatever_form(text: str) -> None:
    assert not is_public(text)
    assert is_private(text) == (canonical(text) is not None)


def test_an_ipv6_network_is_one_subscriber() -> None:
    assert network("2001:db8:1:2:3:4:5:6") == network("[2001:db8:1:2::9]:4711") == "2001:db8:1:2::"
    assert network("2001:db8:1:3::1") != network("2001:db8:1:2::1")
    assert network("::ffff:198.51.100.7") == network("198.51.100.7:80") == "198.51.100.7"
    assert network(None) == "None"
