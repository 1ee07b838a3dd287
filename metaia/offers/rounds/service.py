"""Making a round of what a body states, and of the round before it. The amounts are checked; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from flask import current_app

from metaia.core import times
from metaia.core.errors import Invalid
from metaia.core.http.fields import camel
from metaia.core.json import Json
from metaia.offers.queries import Offer
from metaia.offers.rounds import amounts
from metaia.users import queries as user_queries

SHORTEST, LONGEST = timedelta(minutes=10), timedelta(days=90)
NO_TERMS: Json = {"deliverBy": None, "paymentTerms": None, "notes": None}


def first(given: Json, maker_id: str, moment: datetime) -> Json:
    """Return the first round, as the fields of an offer. Raises Invalid."""
    currency = given["currency"]
    items = _items(given["items"], currency)
    return {
        "items": items,
        **_amounts(given, items, 0, currency),
        "currency": currency,
        "terms": _terms(NO_TERMS, given),
        "message": given["message"],
        "expires_at": _until(given, maker_id, moment),
        "maker_id": maker_id,
        "round": 1,
    }


def following(offer: Offer, given: Json, maker_id: str, moment: datetime) -> Json:
    """Return the changes of a new round by `maker_id`: what `given` leaves out stays, but for the time and message.

    Raises Invalid.
    """
    items = _items(given["items"], offer.currency) if "items" in given else offer.items
    return {
        "items": items,
        **_amounts(given, items, offer.adjustment, offer.currency),
        "terms": _terms(offer.terms, given),
        "message": given["message"],
        "expires_at": _until(given, maker_id, moment),
        "maker_id": maker_id,
        "round": offer.round + 1,
    }


def _items(given: Iterable[Json], currency: str) -> list[Json]:
    return [
        {
            "id": str(index + 1),
            "name": item["name"],
            "quantity": item["quantity"],
            "minQuantity": item.get("min_quantity", item["quantity"]),
            "unit": item["unit"],
            "price": amounts.minor(item["price"], currency, f"items.{index}.price"),
        }
        for index, item in enumerate(given)
    ]


def _amounts(given: Json, items: list[Json], adjustment: int, currency: str) -> Json:
    stated = {name: amounts.minor(given.get(name), currency, name) for name in ("adjustment", "total")}
    kept = adjustment if stated["adjustment"] is None else stated["adjustment"]
    found = amounts.of(items, kept, stated["total"])
    return {"adjustment": found.adjustment, "total": found.total}


def _terms(before: Json, given: Json) -> Json:
    stated = {camel(name): value for name, value in given.get("terms", {}).items()}
    if stated.get("deliverBy"):
        stated["deliverBy"] = stated["deliverBy"].isoformat()
    return before | stated


def _until(given: Json, maker_id: str, moment: datetime) -> datetime:
    """Return when the time of a round ends: as it is stated, else OFFER_HOURS from now."""
    field = "expiresAt"
    until: datetime | None = given.get("expires_at")
    if "valid_until" in given:
        field, until = "validUntil", _end_of(given["valid_until"], maker_id)
    if until is None:
        return moment + timedelta(hours=current_app.config["OFFER_HOURS"])
    if not moment + SHORTEST <= until <= moment + LONGEST:
        raise Invalid(details={field: ["Must be 10 minutes to 90 days ahead."]})
    return until


def _end_of(day: date, user_id: str) -> datetime:
    """Return the moment at which a day ends by the clock of a user."""
    zone = times.zone(user_queries.time_zone(user_id)) or times.UTC_ZONE
    return times.start_of(day + timedelta(days=1), zone)
