"""The name of a device in mails: the program and the system, and nothing else of the header."""

from __future__ import annotations

import pytest

from metaia.auth.sessions.device import Device

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT}"


@pytest.mark.parametrize(
    ("header", "label"),
    [
        (f"{MOZILLA} (Windows NT 10.0; rv:141.0) Gecko/20100101 Firefox/141.0", "Firefox (Windows)"),
        (f"{WINDOWS} Chrome/139.0.0.0 Safari/537.36", "Chrome (Windows)"),
        (f"{WINDOWS} Chrome/139.0.0.0 Safari/537.36 Edg/139.0", "Edge (Windows)"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/18 Safari/605", "Safari (macOS)"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 18_5) {WEBKIT} CriOS/139 Safari/604.1", "Chrome (iPhone)"),
        (f"{MOZILLA} (iPad; CPU OS 18_5 like Mac OS X) {WEBKIT} Safari/604.1", "Safari (iPad)"),
        (
            f"{MOZILLA} (Linux; Android 15) {WEBKIT} SamsungBrowser/28 Chrome/130",
            "Samsung Internet (Android)",
        ),
        (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/139.0.0.0", "Chrome (ChromeOS)"),
        (f"{MOZILLA} (X11; Linux x86_64) {WEBKIT} Chrome/139 Safari/537.36 OPR/123", "Opera (Linux)"),
        ("METAIA/2.1 (iPhone; iOS 18.5)", "METAIA (iPhone)"),
        ("Dart/3.9 (dart:io)", "Dart"),
        ("okhttp/4.12.0", "okhttp"),
        ("python-requests/2.32.5", "python-requests"),
        ("evil.example/login now", "evil"),
        ("Call +49 30 1234567", "Call"),
        (f"{MOZILLA} (compatible; strange)", "Mozilla"),
        ("x" * 300, "x" * 40),
        ("<b>", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_device_has_a_short_name(header: str | None, label: str) -> None:
    assert Device(header, None).label == label
