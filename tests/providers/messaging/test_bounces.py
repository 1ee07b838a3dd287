"""What replies of mail servers mean for an address."""

from __future__ import annotations

import pytest

from metaia.providers.messaging import bounces


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("550 5.1.1 The email account that you tried to reach does not exist.", "permanent"),
        ("550 No Such User Here", "permanent"),
        ("550 5.4.1 Recipient address rejected: Access denied.", "permanent"),
        ("550 5.4.310 DNS domain does not exist", "permanent"),
        ("553 sorry, no mailbox here by that name", "permanent"),
        ("500 unknown recipient 5.1.0", "permanent"),
        ("552-5.2.2 The email account that you tried to reach is over quota.", "temporary"),
        ("552 5.2.2 mailbox full", "temporary"),
        ("550 5.1.1 Mailbox is full / Quota exceeded", "temporary"),
        ("550 user has exceeded their storage quota", "temporary"),
        ("452 4.2.2 mailbox full", "temporary"),
        ("421 4.7.0 try again later", "temporary"),
        ("550 5.2.1 receiving mail at a rate", "temporary"),
        ("552 out of storage", "temporary"),
        ("550 5.7.1 Message rejected due to content restrictions", None),
        ("550-5.7.26 This mail is unauthenticated", None),
        ("552 5.3.4 Message size exceeds fixed limit", None),
        ("552 5.2.3 message too big", None),
        ("554 5.6.0 content refused", None),
        ("501 5.1.7 Bad sender address syntax", None),
        ("554 refused", None),
        ("", None),
    ],
)
def test_a_reply_is_classified(reply: str, kind: str | None) -> None:
    assert bounces.kind(reply) == kind


def test_a_status_code_that_is_known_apart_goes_first() -> None:
    assert bounces.kind("the mailbox is not there", "5.1.1") == "permanent"
    assert bounces.kind("550 policy", "5.7.1") is None
    assert bounces.kind("550 no such user", "5.0.0") == "permanent"


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.1.1 Mailbox <fullmoon@x.example> not found",
        "550 5.1.1 The email account full@x.example does not exist",
    ],
)
def test_a_name_in_the_reply_makes_no_mailbox_full(reply: str) -> None:
    assert bounces.kind(reply) == "permanent"
