"""Bodies, queries and answers of bulk operations; `presenters.py` fills the answers."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from metaia.core.errors import declare
from metaia.core.http.fields import Id, Integer, Schema, Text, camel
from metaia.core.http.pagination import PageQuery, sort_field
from metaia.core.http.views import Meta, envelope
from metaia.core.openapi import error_schemas
from metaia.core.openapi.answer_fields import OpenObject
from metaia.operations import policy
from metaia.operations import state as states
from metaia.operations.actions.schemas import (
    ItemResultOut,
    OrderFilter,
    OrderParameters,
    UserFilter,
    UserParameters,
)
from metaia.operations.queries import SORTABLE

MAX_IDS, MAX_ITEMS = 1_000, 50_000
declare(
    {
        "count_changed": "Other rows match now: look at them, and send the count of `details`.",
        "too_many": f"An operation has at most {MAX_ITEMS:,} items.",
        "not_author": "Only the admin that ordered the operation may do this.",
    }
)


class _Bulk(Schema):
    """Either `ids` or `filter`. Without `dryRun: false` nothing happens."""

    kind = ""
    ids = fields.List(Id(), validate=validate.Length(min=1, max=MAX_IDS))
    expected_count = Integer(
        validate=validate.Range(min=1, max=MAX_ITEMS),
        metadata={"description": "how many items the dry run has counted; the operation needs it"},
    )
    reason = Text(200, required=True, metadata={"description": "for the audit log"})
    dry_run = fields.Boolean(load_default=True, truthy={True}, falsy={False})

    @validates_schema
    def complete(self, data: dict[str, Any], **_: Any) -> None:
        """Items are named or filtered, the count is stated, and the action has its parameters."""
        if ("ids" in data) == ("filter" in data):
            raise ValidationError("Give either ids or filter.", "ids")
        if not data["dry_run"] and "expected_count" not in data:
            raise ValidationError("State how many items the dry run has counted.", "expectedCount")
        faults = policy.faults(self.kind, data["action"], data["parameters"])
        if faults:
            raise ValidationError({camel(name): [fault] for name, fault in faults.items()}, "parameters")


class BulkOrders(_Bulk):
    kind = states.ORDERS
    action = fields.String(required=True, validate=validate.OneOf([*policy.ACTIONS[states.ORDERS]]))
    filter = fields.Nested(OrderFilter)
    parameters = fields.Nested(OrderParameters, load_default=dict)


class BulkUsers(_Bulk):
    kind = states.USERS
    action = fields.String(required=True, validate=validate.OneOf([*policy.ACTIONS[states.USERS]]))
    filter = fields.Nested(UserFilter)
    parameters = fields.Nested(UserParameters, load_default=dict)


class ListQuery(PageQuery):
    kind = fields.String(validate=validate.OneOf(states.KINDS))
    state = fields.String(validate=validate.OneOf(states.STATES))
    actor_id = Id()
    sort = sort_field(tuple(SORTABLE), "-createdAt")


class CountConflict(Schema):
    """The `details` of a 409 `count_changed`."""

    count = fields.Integer(required=True)


_state = fields.String(required=True, validate=validate.OneOf(states.STATES))
_kind = fields.String(required=True, validate=validate.OneOf(states.KINDS))
_action = fields.String(required=True, validate=validate.OneOf(policy.ALL_ACTIONS))


class OperationProgress(Schema):
    """`system:operation`."""

    operation_id = fields.UUID(required=True)
    kind = _kind
    action = _action
    state = _state
    done = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    total = fields.Integer(required=True)
    updated_at = fields.AwareDateTime(required=True)


class TrialGroupOut(Schema):
    value = fields.String(required=True, metadata={"description": "status of orders, or role of users"})
    count = fields.Integer(required=True)


class TrialRefusalsOut(Schema):
    code = fields.String(required=True)
    count = fields.Integer(required=True)


class TrialSummaryOut(Schema):
    """Of a dry run. `ok`, `failed` and `errors` count the items that were tried: the first hundred at most."""

    tried = fields.Integer(required=True)
    ok = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    errors = fields.List(fields.Nested(TrialRefusalsOut), required=True)
    groups = fields.List(
        fields.Nested(TrialGroupOut), required=True, metadata={"description": "of all items"}
    )


class TrialOut(Schema):
    """A dry run. It is not stored, so it has no id."""

    id = fields.UUID(required=True, allow_none=True)
    kind = _kind
    action = _action
    count = fields.Integer(required=True)
    results = fields.List(fields.Nested(ItemResultOut), required=True)
    summary = fields.Nested(TrialSummaryOut, required=True)


class OperationOut(Schema):
    """An operation and its progress."""

    id = fields.UUID(required=True)
    kind = _kind
    action = _action
    filter = OpenObject(
        "BulkFilter", "the filters that have chosen the items", required=True, allow_none=True
    )
    parameters = OpenObject("BulkParameters", "by the action", required=True)
    reason = fields.String(required=True)
    actor_id = fields.UUID(required=True)
    state = _state
    ended_because = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(states.ENDED_BECAUSE)
    )
    total = fields.Integer(required=True)
    done = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    allowed_actions = fields.List(fields.String(validate=validate.OneOf(states.ACTIONS)), required=True)
    began_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    updated_at = fields.AwareDateTime(required=True)


_operation = fields.Nested(OperationOut, required=True)
One = envelope("OneOperation", operation=_operation)
Many = envelope("ManyOperations", meta=Meta, operations=fields.List(_operation, required=True))
Trial = envelope("OperationTrial", operation=fields.Nested(TrialOut, required=True))
Changed = error_schemas.conflict(CountConflict)
