"""Demo data of chat and offers: conversations in English, Hindi and Thai, one with support, and an open offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from metaia.chat.conversations import create as conversations
from metaia.chat.conversations.schemas import BeginConversation
from metaia.chat.messages import service as messages
from metaia.chat.messages.schemas import SendMessage
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.dev.flushing import flush
from metaia.offers import create as offers
from metaia.offers import service as offer_service
from metaia.offers.schemas import ChangeRound, CreateOffer

Lines = tuple[tuple[str, str], ...]  # the login of the sender, and the text


@dataclass(frozen=True)
class Talk:
    """A conversation that began so many hours ago; the last `unread` messages are not read by the other side."""

    partner: str
    customer: str
    hours: float
    unread: int
    lines: Lines


TALKS = (
    Talk(
        "tailor",
        "customer",
        26,
        1,
        (
            ("customer", "Hello! Do you still have the white linen?"),
            ("tailor", "Good morning. Yes, 40 metres of it. For shirts again?"),
            ("customer", "Forty shirts for the choir, two sizes. I will send you an offer."),
            ("tailor", "Please do. With that many I can take something off."),
        ),
    ),
    Talk(
        "vendor",
        "customer",
        5,
        0,
        (
            ("customer", "नमस्ते, क्या आज की थाली बिना प्याज़ के बन सकती है?"),
            ("vendor", "नमस्ते! जी हाँ, बिना प्याज़ और लहसुन के बना देंगे।"),
            ("customer", "बहुत अच्छा। दो थालियाँ, शाम को सात बजे।"),
        ),
    ),
    Talk(
        "tailor",
        "customer2",
        3,
        2,
        (
            ("customer2", "สวัสดีครับ อยากได้เสื้อเชิ้ตผ้าลินินสีขาว 2 ตัว"),
            ("tailor", "สวัสดีค่ะ ได้ค่ะ ขนาดเท่าไรคะ"),
            ("customer2", "ไซซ์ L ครับ กระเป๋าข้างเดียวได้ไหมครับ"),
            ("customer2", "ขอด่วนภายในวันศุกร์นะครับ"),
        ),
    ),
)
QUESTION = "My last order was paid twice. Can you look at it?"
SHIRTS: Json = {
    "items": [{"name": "Linen shirt, white", "quantity": 40, "price": 1300}],
    "currency": "INR",
    "terms": {"paymentTerms": "on_delivery", "notes": "Twenty in M, twenty in L."},
    "message": "Our usual price is 1,450. For forty pieces 1,300 each?",
}
COUNTER: Json = {"total": 54_000, "message": "54,000 for all, with the buttons of last year."}
_TIME = text("UPDATE messages SET created_at = :at WHERE conversation_id = :id AND seq = :seq")
_READ = text(
    "UPDATE participants SET read_seq = greatest(:seq, read_seq), seen_seq = :seq, delivered_seq = :seq,"
    " reminded_seq = :last WHERE conversation_id = :id AND user_id = :user"
)
_AGE = text(
    "UPDATE conversations SET created_at = :began, last_message_at = :at, updated_at = :at, remind_at = NULL"
    " WHERE id = :id"
)


def fill(people: dict[str, Actor]) -> None:
    """Add conversations and an offer, in the running transaction."""
    for talk in TALKS:
        _talk(talk, people)
    asking = {"kind": "support", "topic": "A payment", "message": _message(QUESTION)}
    conversation_id, _ = conversations.begin(people["customer2"], BeginConversation().load(asking))
    flush()
    _age(conversation_id, 1, 1)
    _negotiate(people)


def _talk(talk: Talk, people: dict[str, Actor]) -> None:
    """Let both sides write in turns; one of them has not read the last messages."""
    beginning = BeginConversation().load({"participantId": people[talk.partner].id})
    conversation_id, _ = conversations.begin(people[talk.customer], beginning)
    for sender, said in talk.lines:
        flush()
        messages.send(people[sender], conversation_id, SendMessage().load(_message(said)))
    flush()
    _age(conversation_id, talk.hours, len(talk.lines))
    last_sender, last = talk.lines[-1][0], len(talk.lines)
    for login in (talk.partner, talk.customer):
        seq = last if login == last_sender else last - talk.unread
        values = {"id": conversation_id, "user": people[login].id, "seq": seq, "last": last}
        db.execute(_READ, values)


def _negotiate(people: dict[str, Actor]) -> None:
    """The customer asks for forty shirts, the tailor counters, and the customer may accept."""
    asked = CreateOffer().load(SHIRTS | {"recipientId": people["tailor"].id})
    offer = offers.create(people["customer"], asked)
    flush()
    offer_service.act(people["tailor"], offer.id, "counter", ChangeRound().load(COUNTER))
    flush()
    about = {"offerId": offer.id, "message": _message("Does your price have the embroidery in it?")}
    conversation_id, _ = conversations.begin(people["customer"], BeginConversation().load(about))
    flush()
    _age(conversation_id, 0.5, 1)


def _message(said: str) -> Json:
    return {"clientMessageId": new_id(), "text": said}


def _age(conversation_id: str, hours: float, count: int) -> None:
    """Backdate a conversation, with a message every four minutes; no one is reminded of it."""
    began = now() - timedelta(hours=hours)
    times = [began + timedelta(minutes=4 * number) for number in range(count)]
    for seq, at in enumerate(times, 1):
        db.execute(_TIME, {"id": conversation_id, "seq": seq, "at": at})
    db.execute(_AGE, {"id": conversation_id, "began": began, "at": times[-1]})
