"""Bounces of mails: whether the address is dead, or only accepts nothing now. Pure functions.

Sources: RFC 5321 (reply codes), RFC 3463 (enhanced status codes), and what large providers write.
"""

from __future__ import annotations

import re
from typing import Literal

Bounce = Literal["permanent", "temporary"]
ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
REPLY = re.compile(r"(?<!\d)[45]\d\d(?!\d)")
FULL = re.compile(
    r"(mail ?box|inbox|quota|storage|account)\W.{0,40}?\b(full\b(?!@|\.\w)|exceed\w*)"
    r"|\b(over|exceed\w*|out of)\W.{0,20}?\b(quota|storage|space)\b|insufficient (system )?storage|quota.?exceeded",
    re.IGNORECASE | re.DOTALL,
)
# By (subject, detail) of the enhanced status code; a detail of None stands for all others of the subject.
BY_STATUS: dict[tuple[int, int | None], Bounce | None] = {
    (1, 7): None,  # the sender's address
    (1, 8): None,
    (1, None): "permanent",  # the recipient's address
    (2, 3): None,  # the mail is too big
    (2, None): "temporary",  # the recipient's mailbox
    (3, 4): None,  # the mail is too big
    (3, None): "temporary",  # the recipient's system
    (4, 1): "permanent",  # Exchange: no such recipient
    (4, 4): "permanent",  # the domain has no mail server
    (4, 310): "permanent",  # the domain does not exist
    (4, None): "temporary",  # the network
    (5, None): None,  # the protocol
    (6, None): None,  # the content
    (7, None): None,  # a policy
}
BY_REPLY: dict[str, Bounce] = {"550": "permanent", "551": "permanent", "553": "permanent", "552": "temporary"}


def kind(reply: str, status: str = "") -> Bounce | None:
    """Return the kind of a bounce from the text of a reply and its enhanced status code, if that is known apart.

    None if it is not about the address: the mail was refused for its content, its sender or by a policy.
    """
    if FULL.search(reply):
        return "temporary"
    found = ENHANCED.search(status) or ENHANCED.search(reply)
    if found is not None:
        classified, subject, detail = (int(part) for part in found.groups())
        if classified == 4:
            return "temporary"
        if subject:
            return BY_STATUS.get((subject, detail), BY_STATUS.get((subject, None)))
    code = REPLY.search(reply) or REPLY.search(status)
    if code is None:
        return None
    return "temporary" if code.group().startswith("4") else BY_REPLY.get(code.group())
