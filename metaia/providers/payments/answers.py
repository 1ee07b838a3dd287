"""Answers of payment providers: the facts in them, or the error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from requests import Response

from metaia.providers.errors import Permanent, Technical, Temporary
from metaia.providers.http import MAX_TEXT_LENGTH, failure, json_object, succeeded
from metaia.providers.payments.facts import Fact
from metaia.providers.payments.interface import Json
from metaia.providers.payments.reading import UNREADABLE, item, reference

REFUSED = {400, 402, 404, 422}


def stated(states: Callable[[Json, datetime], Iterable[Fact]], entity: Json) -> tuple[Fact, ...]:
    """Return the facts of an entity, as of now. Raises Technical if it cannot be read."""
    try:
        return tuple(states(entity, datetime.now(UTC)))
    except UNREADABLE as error:
        raise Technical(f"the answer cannot be read: {type(error).__name__}") from None


def reference_in(entity: Json, name: str = "id") -> str:
    """Return an id in an answer. Raises Technical if it has none."""
    try:
        return reference(entity.get(name))
    except ValueError:
        raise Technical("the answer has no id") from None


def entity_in(answer: Response) -> Json:
    """Return the object of an answer. A refused request raises as `refusal`, with what its `error` names."""
    content = json_object(answer)
    if succeeded(answer):
        return content
    error = content.get("error")
    reasons = [item(error, name) for name in ("type", "code", "description")]  # Stripe's and Razorpay's
    raise refusal(answer, ": ".join(reason for reason in reasons if isinstance(reason, str)))


def refusal(answer: Response, detail: str) -> Permanent | Technical | Temporary:
    """Return the error for a failed call. Conflict means that the first call with the same key still runs."""
    if answer.status_code == 409:
        return Temporary("409 the first request is still running")
    if answer.status_code in REFUSED:
        return Permanent(f"{answer.status_code} {detail}".strip()[:MAX_TEXT_LENGTH])
    return failure(answer, detail)
