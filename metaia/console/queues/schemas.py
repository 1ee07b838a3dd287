"""Schemas of queues, jobs and workers."""

from __future__ import annotations

from marshmallow import fields, validate

from metaia.console.queues.queries import STATES
from metaia.core.http.fields import Schema
from metaia.core.http.pagination import PageQuery
from metaia.core.http.views import Meta, envelope


class JobsQuery(PageQuery):
    state = fields.String(load_default="failed", validate=validate.OneOf(STATES))


class QueueOut(Schema):
    """A queue with the number of its jobs in each state."""

    name = fields.String(required=True)
    queued = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    deferred = fields.Integer(required=True)
    started = fields.Integer(required=True)
    finished = fields.Integer(required=True)
    scheduled = fields.Integer(required=True)
    canceled = fields.Integer(required=True)


class WorkerOut(Schema):
    """A worker process and the job that it runs now."""

    name = fields.String(required=True)
    state = fields.String(required=True)
    queues = fields.List(fields.String(), required=True)
    job_id = fields.String(required=True, allow_none=True)
    successful = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    seen_at = fields.AwareDateTime(required=True, allow_none=True)


class JobOut(Schema):
    """A job. `error` is the traceback of its last run, if that failed."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    queue = fields.String(required=True)
    state = fields.String(required=True, allow_none=True)
    arguments = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    tries_left = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True, allow_none=True)
    enqueued_at = fields.AwareDateTime(required=True, allow_none=True)
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


Queues = envelope(
    "Queues",
    queues=fields.List(fields.Nested(QueueOut), required=True),
    workers=fields.List(fields.Nested(WorkerOut), required=True),
)
Jobs = envelope("Jobs", meta=Meta, jobs=fields.List(fields.Nested(JobOut), required=True))
OneJob = envelope("OneJob", job=fields.Nested(JobOut, required=True))
Counted = envelope("CountedJobs", count=fields.Integer(required=True))
