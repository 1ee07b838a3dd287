"""The rules of chat: each combination of role, kind, status and relation, compared with a table written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pytest

from metaia.chat import policy
from metaia.chat.conversations import policy as beginning
from metaia.chat.state import CLOSED, DEAL, DIRECT, GROUP, KINDS, OPEN, STATUSES, SUPPORT
from metaia.core.access.actor import Actor
from metaia.core.access.permissions import PARTNERS, ROLES, STAFF

RELATIONS = ("stranger", "member", "owner", "former")
MEMBERS_OF_GROUPS = {"send", "react", "leave"}
MANAGING = {"rename", "add", "remove"}


@dataclass(frozen=True)
class Row:
    """A conversation, or a participant, as far as rules look at it."""

    kind: str = DIRECT
    status: str = OPEN
    owner_id: str | None = None
    role: str = "customer"
    left_seq: int | None = None


def actor(role: str) -> Actor:
    return Actor("me", role, "session", 0.0)


def case(kind: str, status: str, role: str, relation: str) -> tuple[Row, Row | None, Actor]:
    conversation = Row(kind=kind, status=status, owner_id="me" if relation == "owner" else "another")
    left = 5 if relation == "former" else None
    participant = None if relation == "stranger" else Row(role=role, left_seq=left)
    return conversation, participant, actor(role)


def expected(kind: str, status: str, role: str, relation: str) -> set[str]:
    """Return the allowed actions, by the sentences of the contract."""
    active, staff = relation in {"member", "owner"}, role in STAFF
    actions = set()
    if active and status == OPEN:
        actions |= {"send", "react"}
        if not staff and kind != SUPPORT:
            actions.add("escalate")
    if active and (kind == GROUP or staff):
        actions.add("leave")
    if staff and not active:
        actions.add("join")
    if kind == GROUP and (staff or relation == "owner"):
        actions |= {"remove"} if status == CLOSED else MANAGING
    if staff or (kind == SUPPORT and relation == "owner"):
        actions.add("close" if status == OPEN else "reopen")
    if staff and status == OPEN and kind in {SUPPORT, DEAL}:
        actions.add("assign")
    return actions


def test_each_relation_may_do_what_the_contract_says() -> None:
    for kind, status, role, relation in product(KINDS, STATUSES, sorted(ROLES), RELATIONS):
        given = case(kind, status, role, relation)
        assert set(policy.allowed_actions(*given)) == expected(kind, status, role, relation), (
            kind, status, role, relation,
        )  # fmt: skip


def test_an_action_is_refused_exactly_when_it_is_not_listed() -> None:
    for action, *rest in product(policy.ACTIONS, KINDS, STATUSES, sorted(ROLES), RELATIONS):
        given = case(*rest)
        listed = action in policy.allowed_actions(*given)
        assert (policy.refusal(action, *given) is None) == listed, (action, *rest)


def test_a_refusal_names_why() -> None:
    strange, mine, closed = (
        case(DIRECT, OPEN, "customer", "stranger"),
        case(DIRECT, OPEN, "customer", "member"),
        case(SUPPORT, CLOSED, "customer", "owner"),
    )
    former = case(DEAL, OPEN, "delivery", "former")
    assert policy.refusal("send", *strange) == "not_participant"
    assert policy.refusal("send", *former) == "not_participant"
    assert policy.refusal("join", *mine) == "forbidden"
    assert policy.refusal("send", *closed) == "conversation_closed"
    assert policy.refusal("close", *closed) == "illegal_transition"
    assert policy.refusal("reopen", *case(SUPPORT, OPEN, "customer", "owner")) == "illegal_transition"
    assert policy.refusal("send", *case(DIRECT, OPEN, "support", "stranger")) == "not_participant"


def test_only_participants_see_a_conversation_and_staff_that_of_support() -> None:
    for kind, role, relation in product(KINDS, sorted(ROLES), RELATIONS):
        seen = policy.may_see(*case(kind, OPEN, role, relation))
        assert seen == (relation != "stranger" or (kind == SUPPORT and role in STAFF)), (kind, role, relation)


BEGINNERS = {  # role of the one who begins → roles of the other one
    "customer": PARTNERS,
    "tailor": PARTNERS | {"customer"},
    "vendor": PARTNERS | {"customer"},
    "delivery": frozenset(),
} | dict.fromkeys(STAFF, ROLES)


def test_direct_conversations_begin_between_the_roles_of_the_contract() -> None:
    flags = [False, True]
    for role, other, known, has_order, blocked, reachable in product(
        sorted(ROLES), sorted(ROLES), flags, flags, flags, flags
    ):
        for setting in (policy.ANYONE, policy.CUSTOMERS_ONLY):
            code = beginning.refusal_to_begin(
                role, other, known=known, has_order=has_order, blocked=blocked, reachable=reachable,
                who_may_write=setting,
            )  # fmt: skip
            case_ = (role, other, known, has_order, blocked, reachable, setting)
            assert code == _beginning(*case_), case_


def _beginning(
    role: str, other: str, known: bool, has_order: bool, blocked: bool, reachable: bool, setting: str
) -> str | None:
    if other not in BEGINNERS[role]:
        return "not_allowed_to_write"
    if role in STAFF:
        return None if reachable else "cannot_message"
    if other == "customer" and not (known or has_order):
        return "not_allowed_to_write"
    wanted = other == "customer" or setting == policy.ANYONE or has_order
    return None if wanted and reachable and not blocked else "cannot_message"


def test_a_message_is_refused_by_the_first_reason() -> None:
    flags = [False, True]
    for kind, status, relation, restricted, blocked, goes_on in product(
        KINDS, STATUSES, RELATIONS, flags, flags, flags
    ):
        conversation, participant, _ = case(kind, status, "customer", relation)
        code = policy.refusal_to_write(
            conversation, participant, restricted=restricted, blocked=blocked, deal_goes_on=goes_on
        )
        if relation in {"stranger", "former"}:
            wanted = "not_participant"
        elif status == CLOSED:
            wanted = "conversation_closed"
        elif restricted and kind != SUPPORT:
            wanted = "restricted"
        elif blocked and (kind == DIRECT or (kind == DEAL and not goes_on)):
            wanted = "cannot_message"
        else:
            wanted = None
        assert code == wanted, (kind, status, relation, restricted, blocked, goes_on)


def test_only_staff_adds_customers_and_couriers_to_groups() -> None:
    for role, other in product(sorted(ROLES), sorted(ROLES)):
        allowed = role in STAFF or (role in PARTNERS and other in PARTNERS)
        assert policy.may_add(role, other) == allowed, (role, other)
        assert beginning.may_create_group(role) == (role in STAFF | PARTNERS)


def test_couriers_and_members_of_groups_see_nothing_from_before() -> None:
    for kind, role in product(KINDS, sorted(ROLES)):
        assert policy.sees_from(kind, role, 7) == (7 if kind == GROUP or role == "delivery" else 0)


@pytest.mark.parametrize(
    ("name", "role", "known", "shown"),
    [
        ("Asha Rao", "customer", False, "Asha"),
        ("Asha Rao", "customer", True, "Asha Rao"),
        ("Rao & Sons", "tailor", False, "Rao & Sons"),
        ("  ", "customer", False, "  "),
        (None, "customer", False, None),
        ("Ravi Kumar", "delivery", False, "Ravi"),
    ],
)
def test_a_name_is_short_until_there_is_an_order(
    name: str | None, role: str, known: bool, shown: str | None
) -> None:
    assert policy.shown_name(name, role, known=known) == shown
