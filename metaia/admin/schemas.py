"""Bodies, queries and answers of the routes for staff: accounts and the audit log."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.admin.queries import SORTABLE as AUDIT_SORTABLE
from metaia.auth.sessions.schemas import SessionOut
from metaia.core.access.actor import ROLES, STAFF
from metaia.core.errors import declare
from metaia.core.http.contact_fields import Email
from metaia.core.http.fields import Schema, Text, Version
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi.answer_fields import OpenObject
from metaia.users.queries import SORTABLE
from metaia.users.schemas import UserOut

Json = dict[str, Any]
_role = validate.OneOf(sorted(ROLES))
declare({"user_inactive": "This is possible with an active account only."})


AUDIT_VALUES = "what the action has changed, by `action`"


class MakeStaff(Schema):
    email = Email()
    name = Text(120, required=True)
    role = fields.String(required=True, validate=validate.OneOf(sorted(STAFF)))


class ChangeAccount(Schema):
    role = fields.String(validate=_role)
    active = fields.Boolean(truthy={True}, falsy={False})  # no texts such as "no"
    reason = Text(500, required=True)
    expected_version = Version(load_default=None)

    @validates_schema
    def require_change(self, data: Json, **_: Any) -> None:
        """Require a change: an empty one would be answered like a successful change."""
        if not data.keys() & {"role", "active"}:
            raise ValidationError("Give a role, or whether the account is active.")


class EndTheirSessions(Schema):
    reason = Text(500, load_default=None, allow_none=True)


class RemoveTheirSecondFactor(Schema):
    reason = Text(500, required=True)


class Impersonate(Schema):
    reason = Text(500, required=True)


class UsersQuery(PageQuery):
    q = Text(100)
    role = fields.String(validate=_role)
    active = fields.Boolean()
    sort = sort_field(tuple(SORTABLE), "-createdAt")


class AuditQuery(PageQuery):
    actor = Text(64)
    subject = Text(80)
    action = Text(60)
    from_ = fields.AwareDateTime(data_key="from")
    to = fields.AwareDateTime()
    sort = sort_field(tuple(AUDIT_SORTABLE), "-at")


class AccountOut(UserOut):
    """A user, as shown to staff."""

    active = fields.Boolean(required=True)
    inactive_because = fields.String(required=True, allow_none=True)


class CountsOut(Schema):
    orders = fields.Integer(required=True)
    unread_notifications = fields.Integer(required=True)


class EntryOut(Schema):
    """An entry of the audit log. `number` and `hash` are null until it is sealed, seconds later."""

    number = fields.Integer(required=True, allow_none=True)
    hash = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    action = fields.String(required=True)
    actor_id = fields.String(required=True, allow_none=True)
    actor_role = fields.String(required=True, allow_none=True)
    impersonator_id = fields.String(required=True, allow_none=True)
    subject = fields.String(required=True, allow_none=True)
    before = OpenObject("AuditValues", AUDIT_VALUES, required=True, allow_none=True)
    after = OpenObject("AuditValues", AUDIT_VALUES, required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    request_id = fields.String(required=True, allow_none=True)


_account = fields.Nested(AccountOut, required=True)
OneAccount = envelope("OneAccount", user=_account)
ManyAccounts = envelope("ManyAccounts", meta=Meta, users=fields.List(_account, required=True))
WholeAccount = envelope(
    "WholeAccount",
    user=_account,
    sessions=fields.List(fields.Nested(SessionOut), required=True),
    counts=fields.Nested(CountsOut, required=True),
)
SessionsEnded = envelope("SessionsEndedByStaff", ended=fields.Integer(required=True))
Impersonated = envelope(
    "Impersonated",
    user=_account,
    access_token=fields.String(required=True),
    expires_in=fields.Integer(required=True),
)
ManyEntries = envelope(
    "ManyAuditEntries", meta=Meta, entries=fields.List(fields.Nested(EntryOut), required=True)
)
