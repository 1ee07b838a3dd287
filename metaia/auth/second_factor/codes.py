"""Codes of an authenticator app (TOTP, RFC 6238), and recovery codes."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from datetime import datetime

import pyotp

from metaia.core.text import forms

ISSUER = "METAIA"
STEP = 30  # seconds
CLOCK_SKEW = 1  # steps by which an app's clock may be fast or slow
RECOVERY_CODES = 10
LONGEST_CODE = 40  # characters, with the spaces and dashes that people type
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without characters that look alike: I, O, 0 and 1
_GROUPS, _LETTERS = 6, 4  # 24 characters of 5 random bits: too many to try, although the hash is fast


def new_secret() -> str:
    """Return a new secret for an authenticator app, in base32."""
    return pyotp.random_base32()


def uri(secret: str, email: str) -> str:
    """Return the `otpauth://` URI of a secret, which an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, code: str, moment: datetime, *, after: int) -> int | None:
    """Return the time step of a code, or None if the code is wrong.

    Accepted are the steps within CLOCK_SKEW of `moment` that come after the step `after`.
    """
    app = pyotp.TOTP(secret)
    current = int(moment.timestamp()) // STEP
    given = normalized(code).encode()
    for step in range(max(current - CLOCK_SKEW, after + 1), current + CLOCK_SKEW + 1):
        if hmac.compare_digest(app.generate_otp(step).encode(), given):
            return step
    return None


def normalized(code: str) -> str:
    """Return a code in upper case and ASCII digits, without spaces and dashes of any kind."""
    return re.sub(r"[\W_]+", "", forms.ascii_digits(unicodedata.normalize("NFKC", code))).upper()


def new_recovery_codes() -> list[str]:
    """Return new recovery codes, such as `K3F9-M2QX-7TRA-WB5H-Q6ND-X2CE`."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def digest(code: str) -> bytes:
    """Return the SHA-256 under which a recovery code is stored."""
    return hashlib.sha256(normalized(code).encode()).digest()
