"""The scenes of a deal: an offer, messages about it, a counter-offer, and the order that its acceptance is."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.dev.demo.client import Received
from metaia.dev.demo.play import DemoRun, Step, kind_of, short

BUYER, SELLER = "customer", "tailor"
TALK = "/api/chat/conversations"
QUESTION, ANSWER = "Is the cloth washed before it is cut?", "Yes, twice. I can sew initials in, too."
ASKED: Json = {
    "items": [{"name": "Linen shirt, made to measure", "quantity": 12, "price": 1200}],
    "currency": "INR",
    "customerInfo": {"address": "12 Lake View Road, Kochi"},
    "message": "Twelve for the team: 1,200 each?",
}
COUNTER: Json = {"total": 15_600, "message": "1,300 each, with the initials."}


@dataclass
class Story:
    """The steps of a deal so far, and its entries in the timeline of the deal."""

    run: DemoRun
    steps: list[Step] = field(default_factory=list)
    timeline: list[Json] = field(default_factory=list)

    def send(
        self, login: str, method: str, path: str, body: Json, what: str, *events: tuple[str, str]
    ) -> Json:
        """Send a request, and wait for these events (name, kind) at the buyer and the seller. Raises DemoError."""
        started = time.perf_counter()
        answer = self.run.clients[login].call(method, path, body)
        took = (time.perf_counter() - started) * 1000

        def concerns(received: Received) -> bool:
            return (received.name, kind_of(received)) in events

        wanted = {(each, *event) for each in (BUYER, SELLER) for event in events}
        result = self.run.expect(wanted, concerns, started, took)
        self.steps.append(Step(login, f"{method} {short(path, 3)}", what, result))
        return answer


def play(run: DemoRun) -> Story:
    """Offer, write, counter, and accept; then read the timeline. Raises DemoError."""
    story = Story(run)
    asked = ASKED | {"recipientId": run.clients[SELLER].id}
    made = ("offer:created", "pending")
    offer = story.send(BUYER, "POST", "/api/offers", asked, ASKED["message"], made)["offer"]
    message = ("chat:message", "text")
    begun = story.send(
        BUYER, "POST", TALK, {"offerId": offer["id"], "message": _message(QUESTION)}, QUESTION, message
    )
    talk = f"{TALK}/{begun['conversation']['id']}/messages"
    story.send(SELLER, "POST", talk, _message(ANSWER), ANSWER, message)
    path, changed = f"/api/offers/{offer['id']}", "offer:updated"
    offer = story.send(
        SELLER, "PATCH", f"{path}/counter", COUNTER, COUNTER["message"], (changed, "countered")
    )["offer"]
    done = ((changed, "accepted"), ("order_update", "accepted"))
    order = story.send(
        BUYER, "PATCH", f"{path}/accept", {"expectedVersion": offer["version"]}, "15,600 for all", *done
    )["order"]
    deal = run.clients[BUYER].call("GET", f"/api/deals/{order['dealId']}/timeline")
    story.timeline = deal["entries"]
    if not {"offer", "message", "order"} <= {entry["kind"] for entry in story.timeline}:
        run.problems.append("the timeline of the deal lacks its offer, its messages or its order")
    return story


def _message(said: str) -> Json:
    return {"clientMessageId": new_id(), "text": said}
