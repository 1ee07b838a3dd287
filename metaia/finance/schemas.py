"""Queries, bodies and answers of finance; `presenters.py` fills the answers."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.core.http.fields import Currency, Id, Moment, MoneyOut, Schema, Text
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.ledger.chart import KINDS

kind = validate.OneOf(list(KINDS))


class AccountsQuery(PageQuery):
    kind = fields.String(validate=kind)
    owner = Text(80)
    currency = Currency()
    sort = sort_field(("opened_at",), "-openedAt")


class PostingsQuery(PageQuery):
    kind = Text(40)
    subject = Text(80, metadata={"description": "what it is about, such as `order-{id}`"})
    key = Text(200)
    account_id = Id()
    from_ = Moment(data_key="from")
    to = Moment()
    sort = sort_field(("booked_at",), "-bookedAt")


class LedgerAccountOut(Schema):
    """An account. `balance` is in the natural sign of its kind; `available` is what holds and postings can take."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=kind)
    owner = fields.String(required=True)
    currency = fields.String(required=True)
    balance = MoneyOut(required=True)
    held = MoneyOut(required=True)
    available = MoneyOut(required=True)
    limit = MoneyOut(required=True, allow_none=True)
    opened_at = fields.AwareDateTime(required=True)


class LedgerEntryOut(Schema):
    """A line of a posting: a debit if `amount` is positive, else a credit."""

    account_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=kind)
    owner = fields.String(required=True)
    currency = fields.String(required=True)
    amount = MoneyOut(required=True)
    hold_id = fields.UUID(required=True, allow_none=True)


class PostingCause(Schema):
    """What booked a posting: a job, a request. An id of a request is also in the audit log and the event log."""

    type = fields.String(required=True)
    id = fields.String(required=True)


class LedgerPostingOut(Schema):
    """A posting. `at` is when it happened, `bookedAt` when it was booked; `cause` begins with the nearest cause."""

    id = fields.UUID(required=True)
    key = fields.String(required=True)
    kind = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True)
    cause = fields.List(fields.Nested(PostingCause), required=True)
    reverses = fields.UUID(required=True, allow_none=True)
    reversed_by = fields.UUID(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    booked_at = fields.AwareDateTime(required=True)
    entries = fields.List(fields.Nested(LedgerEntryOut), required=True)


class ChainLink(Schema):
    """A link from a posting to its origin. `href` is the address that shows it."""

    type = fields.String(
        required=True, metadata={"description": "posting, adjustment, fact, webhook, request, job"}
    )
    id = fields.String(required=True)
    description = fields.String(required=True)
    at = fields.AwareDateTime(required=True, allow_none=True)
    href = fields.String(required=True, allow_none=True)


class PostingWithChain(LedgerPostingOut):
    """A posting with `chain`: from it to what it follows from, each fact followed by what has stated it."""

    chain = fields.List(fields.Nested(ChainLink), required=True)


class Reverse(Schema):
    """The reason is kept in the audit log."""

    reason = Text(300, required=True)


class RunAudit(Schema):
    full = fields.Boolean(
        load_default=True, metadata={"description": "false: only what was booked in the last two hours"}
    )


class FindingOut(Schema):
    """A broken rule of the books."""

    rule = fields.String(required=True)
    subject = fields.String(required=True)
    expected = fields.String(required=True)
    found = fields.String(required=True)


ManyAccounts = envelope(
    "LedgerAccounts", meta=Meta, accounts=fields.List(fields.Nested(LedgerAccountOut), required=True)
)
ManyPostings = envelope(
    "LedgerPostings", meta=Meta, postings=fields.List(fields.Nested(LedgerPostingOut), required=True)
)
OnePosting = envelope("LedgerPosting", posting=fields.Nested(PostingWithChain, required=True))
Audit = envelope(
    "MoneyAudit",
    checked_at=fields.AwareDateTime(required=True, allow_none=True),
    full=fields.Boolean(required=True),
    running=fields.Boolean(required=True, metadata={"description": "a later run was requested"}),
    findings=fields.List(fields.Nested(FindingOut), required=True),
)
AuditRequested = envelope("MoneyAuditRequested", audit_id=fields.UUID(required=True))
