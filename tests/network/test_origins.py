"""Origins as browsers and native clients write them, against a list and against our own address."""

import pytest

from metaia.network import origins
from metaia.network.origins import AllowedOrigins

LISTED = AllowedOrigins(
    [
        "https://app.example.com", "https://Admin.Example.com:443", "http://app.example.com:8080", "https://bücher.example",
        "capacitor://localhost", "app://-", "chrome-extension://abcdefghijklmnop", "http://10.0.2.2:*", "http://localhost:*",
        "http://[2001:db8::7]:3000",
    ]
)  # fmt: skip
ALLOWED = [
    # as browsers write them
    "https://app.example.com", "https://admin.example.com", "http://app.example.com:8080", "https://xn--bcher-kva.example",
    "http://10.0.2.2", "http://10.0.2.2:8081", "http://localhost", "http://localhost:3000", "http://localhost:65535",
    "http://[2001:db8::7]:3000",
    # as apps in a WebView write them
    "capacitor://localhost", "app://-", "chrome-extension://abcdefghijklmnop",
    # capital letters: an address as its author typed it
    "https://App.Example.com", "HTTPS://APP.EXAMPLE.COM", "Https://app.example.com", "CAPACITOR://LOCALHOST",
    "https://XN--BCHER-KVA.example", "http://[2001:DB8::7]:3000",
    # the default port, written out or empty, and the 0 of React Native for Windows
    "https://app.example.com:443", "https://app.example.com:0443", "https://app.example.com:", "https://app.example.com:0",
    "http://localhost:80", "https://admin.example.com:443",
    # the scheme of a WebSocket: Starscream, socket.io-client-swift
    "wss://app.example.com", "wss://app.example.com:443", "WSS://App.Example.com/", "ws://app.example.com:8080", "ws://localhost:5000",
    # a path
    "https://app.example.com/", "https://app.example.com:443/", "https://app.example.com/socket.io/?EIO=4&transport=websocket",
    "https://app.example.com?x=1", "https://app.example.com#top", "wss://app.example.com/ws", "capacitor://localhost/",
    # names beyond ASCII, as text, as UTF-8 in a header, with capital letters and in full width
    "https://bücher.example", "https://bÃ¼cher.example", "https://BÜCHER.example", "https://ｂücher.example",
    # IPv6 in another form
    "http://[2001:db8:0:0:0:0:0:7]:3000", "http://[2001:0db8::0007]:3000/",
    " https://app.example.com ",
]  # fmt: skip
REFUSED = [
    # another scheme, host or port
    "http://app.example.com", "https://app.example.com:8443", "https://app.example.com:80", "https://example.com",
    "https://app.example.com.evil.example", "https://evil.example.com", "https://evilapp.example.com", "https://xapp.example.com",
    "https://app.example.co", "https://app-example.com", "ws://app.example.com", "wss://app.example.com:8080", "ftp://app.example.com",
    "https://localhost", "https://10.0.2.2", "http://10.0.2.20", "http://10.0.2.2.evil.example", "http://127.0.0.1:3000",
    "http://[2001:db8::7]", "http://[2001:db8::8]:3000", "http://[::ffff:10.0.2.2]", "http://167772674", "http://012.0.2.2",
    "capacitor://localhost:80", "capacitor://evil", "app://.", "chrome-extension://qrstuvwxyzabcdef", "https://bucher.example",
    # a name with a final dot is another origin to a browser, which can send it
    "https://app.example.com.", "https://.app.example.com", "https://app..example.com",
    # what parsers of URLs read in different ways
    "https://app.example.com@evil.example", "https://evil.example@app.example.com", "https://app.example.com:443@evil.example",
    "https://evil.example\\@app.example.com", "https://evil.example\\.app.example.com", "https://evil.example/https://app.example.com",
    "https://evil.example?https://app.example.com", "https://evil.example#https://app.example.com",
    "https:app.example.com", "https:/app.example.com", "https:///app.example.com", "//app.example.com",
    "app.example.com", "app.example.com:443",
    "https://app.example.com:port", "https://app.example.com:99999", "https://app.example.com:443:443", "https://app%2Eexample.com",
    "https://app.example.com%00.evil.example", "https://app.example.com\0", "https://app.example.com\x00.evil.example",
    "https://app.example.com\tx", "https://app.exa mple.com", "https://app.example.com\n.evil.example", "https://[app.example.com]",
    "https://[::1", "https://app.example.com]", "https://[2001:db8::7]x:3000",
    # lists, patterns, nothing
    "https://app.example.com https://evil.example", "https://app.example.com, https://evil.example",
    "https://app.example.com,https://evil.example", "*", "https://*", "http://localhost:*", "https://*.example.com",
    "", " ", "null", "NULL", "file://", "file:///index.html", "about:blank",
    "data:text/html,x", "javascript://app.example.com", "https://",
    "https://" + "a" * 300, "https://" + "ü" * 200, "://app.example.com", "https\u2215//app.example.com",
]  # fmt: skip


@pytest.mark.parametrize("origin", ALLOWED)
def test_an_origin_is_allowed_however_a_client_writes_it(origin: str) -> None:
    assert origin in LISTED


@pytest.mark.parametrize("origin", REFUSED)
def test_another_origin_is_refused(origin: str) -> None:
    assert origin not in LISTED


def test_all_kinds_are_in_the_corpus() -> None:
    assert len(set(ALLOWED)) >= 40
    assert len(set(REFUSED)) >= 60


@pytest.mark.parametrize("origin", ["null", "NULL", "file://", "file:///android_asset/index.html"])
def test_pages_without_an_origin_have_a_setting_of_their_own(origin: str) -> None:
    assert origin in AllowedOrigins([], local=True)
    assert origin not in LISTED
    assert "https://app.example.com" not in AllowedOrigins([], local=True)


def test_a_star_allows_every_origin() -> None:
    assert "https://evil.example" in AllowedOrigins(["*"])
    assert "" not in AllowedOrigins(["*"])
    assert not AllowedOrigins([])


@pytest.mark.parametrize(
    "text", ["app.example.com", "https://*.example.com", "https://*", "https://a b", "https://a:x", "null"]
)
def test_a_list_of_what_are_no_origins_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="has '"):
        AllowedOrigins([text])


def test_our_own_address_is_recognised() -> None:
    ours = ("http://api.example.com/", "https://api.example.com:443")
    for origin in ("http://api.example.com", "wss://API.example.com/socket.io/", "https://api.example.com:0"):
        assert origins.is_one_of(origin, *ours)
    for origin in ("", "null", "https://api.example.com:8443", "https://evil.example.com"):
        assert not origins.is_one_of(origin, *ours, "no address", "")
