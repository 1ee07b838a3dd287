"""Settings that make METAIA send through the stub vendors, with freshly generated credentials."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode, urlsafe_b64encode
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from metaia.settings import SETTINGS

Settings = dict[str, str]
BROWSERS = next(setting.default for setting in SETTINGS if setting.name == "WEBPUSH_SERVICES")

CARRIERS = (
    ("arrow", "easypost", "Blue Arrow"),
    ("dart", "delhivery", "Dart"),
    ("post", "shiprocket", "Parcel Post"),
)


def fake(url: str, service: str) -> dict[str, Settings]:
    """Return settings by channel for stub vendors at `url`, which send their receipts to `service`."""
    return {
        "email": _sendgrid(url, service),
        "sms": _twilio(url) | _vonage(url),
        "fcm": {"FCM_CREDENTIALS": _account(url), "FCM_BASE_URL": url},
        "webpush": {
            "VAPID_PRIVATE_KEY": _base64url(secrets.token_bytes(31), 32),
            "WEBPUSH_SERVICES": f"{url},{BROWSERS}",
        },
        "payments": fake_payments(url),
        "logistics": fake_carriers(url),
        "expo": {"EXPO_ACCESS_TOKEN": secrets.token_urlsafe(), "EXPO_BASE_URL": url},
    }


def fake_payments(url: str) -> Settings:
    """Return settings for the demo provider of payments at `url`."""
    return {
        "DEMO_PAYMENTS": "true",
        "DEMO_PAYMENTS_URL": url,
        "DEMO_PAYMENTS_SECRET": secrets.token_urlsafe(),
    }


def fake_carriers(url: str) -> Settings:
    """Return settings for a carrier of each convention, with the stub at `url`."""
    carriers = {
        slug: {
            "convention": convention,
            "name": name,
            "secret": secrets.token_urlsafe(),
            "trackingUrl": "https://carrier.example/parcel?code={code}",
            "baseUrl": url,
            "apiKey": secrets.token_urlsafe(),
        }
        for slug, convention, name in CARRIERS
    }
    return {"LOGISTICS_WEBHOOKS": json.dumps(carriers)}


def fake_store(url: str) -> Settings:
    """Return settings for Cloudinary's stub at `url`, which is its CDN too."""
    return {
        "CLOUDINARY_URL": f"cloudinary://{secrets.token_hex(8)}:{secrets.token_hex(16)}@metaia-demo",
        "CLOUDINARY_BASE_URL": url,
        "MEDIA_BASE_URL": url,
    }


def _sendgrid(url: str, service: str) -> Settings:
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "SENDGRID_API_KEY": f"SG.{secrets.token_urlsafe()}",
        "SENDGRID_BASE_URL": url,
        "SENDGRID_WEBHOOK_PUBLIC_KEY": b64encode(public).decode(),
        "SENDGRID_WEBHOOK_PRIVATE_KEY": b64encode(private).decode(),  # for the stub only
        "SENDGRID_EVENTS_URL": f"{service}/api/webhooks/sendgrid",  # entered in SendGrid's console in production
    }


def _twilio(url: str) -> Settings:
    return {
        "TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_FROM": "+15005550006",
        "TWILIO_BASE_URL": url,
    }


def _vonage(url: str) -> Settings:
    return {
        "VONAGE_API_KEY": secrets.token_hex(4),
        "VONAGE_API_SECRET": secrets.token_hex(8),
        "VONAGE_FROM": "METAIA",
        "VONAGE_SIGNATURE_SECRET": secrets.token_hex(32),
        "VONAGE_BASE_URL": url,
    }


@cache
def _rsa_key() -> str:
    """Return a new RSA key, cached per process: generation takes 0.1 seconds, and tests have hundreds of stubs."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _account(url: str) -> str:
    account = {
        "type": "service_account",
        "project_id": "metaia-demo",
        "client_email": "sender@metaia-demo.example",
        "private_key": _rsa_key(),
        "token_uri": f"{url}/token",
    }
    return json.dumps(account)


def _base64url(raw: bytes, length: int) -> str:
    return urlsafe_b64encode(raw.rjust(length, b"\0")).rstrip(b"=").decode()
