"""Twilio and Vonage: errors about numbers and texts, and their meaning."""

from __future__ import annotations

from itertools import repeat

import pytest

from metaia.dev.stubs.server import Mood
from metaia.providers.errors import Permanent, Technical
from metaia.providers.messaging.interface import Sent, Sms
from tests.providers.messaging.conftest import outcome
from tests.support.vendors import Vendors

NUMBER = "+919876543210"


def sms(to: str = NUMBER, text: str = "Hello", callback: str | None = None) -> Sms:
    return Sms("the-key", to, text, callback)


@pytest.mark.parametrize(
    ("code", "gone", "stopped"),
    [("21211", True, False), ("21610", False, True), ("21614", True, False), ("21617", False, False)],
)
def test_twilio_refuses_a_number_or_a_text_for_good(
    vendors: Vendors, code: str, gone: bool, stopped: bool
) -> None:
    vendors.stub.gone[NUMBER] = code
    failed = outcome(vendors.provider("twilio"), sms())
    assert isinstance(failed, Permanent)
    assert (failed.gone, failed.stopped) == (gone, stopped)
    assert code in str(failed)


@pytest.mark.parametrize("code", ["21408", "21606", "21612"])
def test_what_twilio_cannot_do_for_us_another_may(vendors: Vendors, code: str) -> None:
    vendors.stub.gone[NUMBER] = code
    assert isinstance(outcome(vendors.provider("twilio"), sms()), Technical)


@pytest.mark.parametrize("name", ["twilio", "vonage"])
def test_a_number_that_is_none_is_gone(vendors: Vendors, name: str) -> None:
    failed = outcome(vendors.provider(name), sms(to="12"))
    assert isinstance(failed, Permanent)
    assert failed.gone


def test_twilio_sends_by_a_number_or_by_a_messaging_service(vendors: Vendors) -> None:
    vendors.provider("twilio").send(sms())
    vendors.provider("twilio", TWILIO_FROM="MG0123").send(sms())
    by_number, by_service = (arrived.raw for arrived in vendors.stub.arrived)
    assert (by_number["From"], by_number.get("MessagingServiceSid")) == ("+15005550006", None)
    assert (by_service.get("From"), by_service["MessagingServiceSid"]) == (None, "MG0123")


@pytest.mark.parametrize("name", ["twilio", "vonage"])
@pytest.mark.parametrize("callback", [None, "https://metaia.example/hook?delivery=1"])
def test_receipts_go_where_they_are_asked_to(vendors: Vendors, name: str, callback: str | None) -> None:
    vendors.provider(name).send(sms(callback=callback))
    assert vendors.stub.arrived[0].callback == callback


@pytest.mark.parametrize("name", ["twilio", "vonage"])
def test_any_script_arrives_as_it_was_written(vendors: Vendors, name: str) -> None:
    text = "आपका ऑर्डर तैयार है & 100% = 🎉 + ₹\nZweite Zeile"
    vendors.provider(name).send(sms(text=text))
    assert vendors.stub.arrived[0].text == text


def test_vonage_says_which_parameter_is_wrong(vendors: Vendors) -> None:
    said = {"title": "Invalid params", "invalid_parameters": [{"name": "from", "reason": "is not ours"}]}
    vendors.stub.moods["vonage"] = repeat(Mood(status=422, content=said), 1)
    assert isinstance(outcome(vendors.provider("vonage"), sms()), Technical)
    said["invalid_parameters"] = [{"name": "text", "reason": "is too long"}]
    vendors.stub.moods["vonage"] = repeat(Mood(status=422, content=said), 1)
    failed = outcome(vendors.provider("vonage"), sms())
    assert isinstance(failed, Permanent)
    assert not failed.gone


@pytest.mark.parametrize("content", [b"[]", b"null", {"errors": "x"}, {"invalid_parameters": 1, "code": "x"}])
@pytest.mark.parametrize("name", ["twilio", "vonage"])
def test_an_error_in_no_form_we_know_is_technical(vendors: Vendors, name: str, content: bytes) -> None:
    vendors.stub.moods[name] = repeat(Mood(status=400, content=content), 1)
    assert isinstance(outcome(vendors.provider(name), sms()), Technical)


def test_the_key_is_vonages_reference(vendors: Vendors) -> None:
    assert isinstance(outcome(vendors.provider("vonage"), sms()), Sent)
    assert vendors.stub.arrived[0].raw["client_ref"] == "the-key"
