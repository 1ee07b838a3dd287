"""Codes of a second factor: those of an authenticator app (RFC 6238), and recovery codes, each for one use."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime

import pyotp

ISSUER = "METAIA"
STEP = 30  # seconds
STEPS_OFF = 1  # by how much a clock may be wrong, either way
RECOVERY_CODES = 10
LONGEST_CODE = 40  # with whatever people put between its parts
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks like something else
_GROUPS, _LETTERS = 6, 4  # 120 random bits: nobody can try them all, however fast the hash


def new_secret() -> str:
    """Return a secret to share with an authenticator app, in base32."""
    return pyotp.random_base32()


def uri(secret: str, email: str) -> str:
    """Return what an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, code: str, moment: datetime, *, after: int) -> int | None:
    """Return the step whose code this is, of those that may be meant and come after step `after`, or None."""
    app = pyotp.TOTP(secret)
    present = int(moment.timestamp()) // STEP
    given = plain(code).encode()
    for step in range(max(present - STEPS_OFF, after + 1), present + STEPS_OFF + 1):
        if hmac.compare_digest(app.generate_otp(step).encode(), given):
            return step
    return None


def plain(code: str) -> str:
    """Return a code without what people put between its parts, in upper case."""
    return re.sub(r"[\s-]+", "", code).upper()


def new_recovery_codes() -> list[str]:
    """Return fresh recovery codes, such as `K3F9-M2QX-7TRA-WB5H-Q6ND-X2CE`."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def digest(code: str) -> bytes:
    """Return the hash by which a recovery code is known."""
    return hashlib.sha256(plain(code).encode()).digest()
