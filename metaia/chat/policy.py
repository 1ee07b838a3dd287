"""Rights in chat: beginning a conversation, writing in it, and the actions of each participant. Pure.

The role of a participant is that of the account when it joined: customer, tailor, vendor, delivery, or one of staff.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from metaia.chat.state import CLOSED, DEAL, DIRECT, GROUP, KINDS, OPEN, STATUSES, SUPPORT
from metaia.core.access.actor import Actor
from metaia.core.access.permissions import DELIVERY, PARTNERS, STAFF, Permission

CHAT_READ = Permission("chat.read", STAFF)  # conversations of others; each reading of messages is audited
CHAT_MODERATE = Permission("chat.moderate", STAFF)  # support, reports, restrictions, messages of others

MOST_PARTICIPANTS = {DIRECT: 32, DEAL: 32, SUPPORT: 32, GROUP: 500}
MOST_GROUPS = 100  # of a user
ANYONE, CUSTOMERS_ONLY = "anyone", "customers_only"  # the setting whoMayWrite

MEMBER, OWNER, USER, STAFF_MEMBER, OTHER_STAFF = "member", "owner", "user", "staff_member", "other_staff"
ALL_STAFF = frozenset({STAFF_MEMBER, OTHER_STAFF})

NOT_PARTICIPANT, NOT_ALLOWED, CANNOT = "not_participant", "not_allowed_to_write", "cannot_message"
CONVERSATION_CLOSED, RESTRICTED = "conversation_closed", "restricted"
FORBIDDEN, ILLEGAL = "forbidden", "illegal_transition"


class Conversation(Protocol):
    """The part of a conversation that decides about rights."""

    @property
    def kind(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def owner_id(self) -> str | None: ...


class Participant(Protocol):
    """The part of a participant that decides about rights."""

    @property
    def role(self) -> str: ...
    @property
    def left_seq(self) -> int | None: ...


@dataclass(frozen=True)
class Rule:
    """Which parties may do an action, in conversations of which kinds and statuses."""

    action: str
    kinds: Collection[str]
    statuses: Collection[str]
    parties: frozenset[str]


_TO_CLOSE = ALL_STAFF | {OWNER}
RULES = (
    Rule("send", KINDS, (OPEN,), frozenset({MEMBER})),
    Rule("react", KINDS, (OPEN,), frozenset({MEMBER})),
    Rule("rename", (GROUP,), (OPEN,), ALL_STAFF | {OWNER}),
    Rule("add", (GROUP,), (OPEN,), ALL_STAFF | {OWNER}),
    Rule("remove", (GROUP,), STATUSES, ALL_STAFF | {OWNER}),
    Rule("leave", (GROUP,), STATUSES, frozenset({MEMBER})),
    Rule("leave", (DIRECT, DEAL, SUPPORT), STATUSES, frozenset({STAFF_MEMBER})),
    Rule("join", KINDS, STATUSES, frozenset({OTHER_STAFF})),
    Rule("assign", (SUPPORT, DEAL), (OPEN,), ALL_STAFF),
    Rule("close", (SUPPORT,), (OPEN,), _TO_CLOSE),
    Rule("close", (DIRECT, DEAL, GROUP), (OPEN,), ALL_STAFF),
    Rule("reopen", (SUPPORT,), (CLOSED,), _TO_CLOSE),
    Rule("reopen", (DIRECT, DEAL, GROUP), (CLOSED,), ALL_STAFF),
    Rule("escalate", (DIRECT, DEAL, GROUP), (OPEN,), frozenset({USER})),
)
ACTIONS = tuple(dict.fromkeys(rule.action for rule in RULES))


def is_active(participant: Participant | None) -> bool:
    """Return whether a user takes part now: former participants read what was sent until they left."""
    return participant is not None and participant.left_seq is None


def parties(conversation: Conversation, participant: Participant | None, actor: Actor) -> frozenset[str]:
    """Return the actor's parties in a conversation, none for a stranger or a former participant."""
    active, staff = is_active(participant), actor.may(CHAT_MODERATE)
    found = {
        MEMBER: active,
        OWNER: active and conversation.owner_id == actor.id,
        USER: active and not staff,
        STAFF_MEMBER: active and staff,
        OTHER_STAFF: staff and not active,
    }
    return frozenset(party for party, applies in found.items() if applies)


def allowed_actions(conversation: Conversation, participant: Participant | None, actor: Actor) -> list[str]:
    """Return the actions that the actor may do next; a block or a restriction may still refuse."""
    mine = parties(conversation, participant, actor)
    return [each for each in ACTIONS if _permits(each, conversation.kind, mine, conversation.status)]


def refusal(
    action: str, conversation: Conversation, participant: Participant | None, actor: Actor
) -> str | None:
    """Return the error code for an action, None if it is allowed.

    `not_participant` for a stranger, `forbidden` for an action that is never this actor's, and for one that the status
    does not allow `conversation_closed` or `illegal_transition`.
    """
    mine = parties(conversation, participant, actor)
    if not mine:
        return NOT_PARTICIPANT
    if not _permits(action, conversation.kind, mine):
        outside = MEMBER not in mine and _permits(action, conversation.kind, mine | {MEMBER, STAFF_MEMBER})
        return NOT_PARTICIPANT if outside else FORBIDDEN
    if not _permits(action, conversation.kind, mine, conversation.status):
        return CONVERSATION_CLOSED if conversation.status == CLOSED and action != "close" else ILLEGAL
    return None


def _permits(action: str, kind: str, mine: frozenset[str], status: str | None = None) -> bool:
    return any(
        rule.action == action
        and kind in rule.kinds
        and mine & rule.parties
        and (status is None or status in rule.statuses)
        for rule in RULES
    )


def may_see(conversation: Conversation, participant: Participant | None, actor: Actor) -> bool:
    """Return whether the actor may see a conversation without giving a reason, which is not yet its messages.

    Participants may, former ones too, and staff the conversations of support.
    """
    return participant is not None or sees_present(conversation, participant, actor)


def sees_present(conversation: Conversation, participant: Participant | None, actor: Actor) -> bool:
    """Return whether the actor sees a conversation as it is now. Former participants see it as they left it."""
    return is_active(participant) or (conversation.kind == SUPPORT and actor.may(CHAT_READ))


def refusal_to_write(
    conversation: Conversation,
    participant: Participant | None,
    *,
    restricted: bool = False,
    blocked: bool = False,
    deal_goes_on: bool = False,
) -> str | None:
    """Return the error code for a message of this participant, None if it may be sent.

    `blocked` is whether one of the two main parties has blocked the other. A block does not end a deal with an order
    that is not finished (`deal_goes_on`). A restricted user may still write to support.
    """
    if not is_active(participant):
        return NOT_PARTICIPANT
    if conversation.status == CLOSED:
        return CONVERSATION_CLOSED
    if restricted and conversation.kind != SUPPORT:
        return RESTRICTED
    if blocked and (conversation.kind == DIRECT or (conversation.kind == DEAL and not deal_goes_on)):
        return CANNOT
    return None


def may_add(role: str, other: str) -> bool:
    """Return whether a user with `role` may add one with the role `other` to a group: only staff adds customers."""
    return role in STAFF or (role in PARTNERS and other in PARTNERS)


def sees_from(kind: str, role: str, last_seq: int) -> int:
    """Return the `joined_seq` of a new participant: couriers and members of groups see nothing from before."""
    return last_seq if kind == GROUP or role == DELIVERY else 0


def shown_name(name: str | None, role: str, *, known: bool) -> str | None:
    """Return the name that others see: partners' business name, of others the first name until they are `known`.

    A viewer knows a user when there is an order between both. Staff knows every user.
    """
    if name is None or known or role in PARTNERS:
        return name
    return name.split()[0] if name.split() else name
