"""Publishing a change of a refund: one event for live screens, and the notifications."""

from __future__ import annotations

from metaia.core import rooms
from metaia.core.access.permissions import ADMINS
from metaia.core.money import to_text
from metaia.notifications import service as notification_service
from metaia.payments import publish
from metaia.payments.queries import Payment
from metaia.payments.refunds import notifications, presenters
from metaia.payments.refunds.queries import Refund
from metaia.payments.refunds.state import FAILED, PROCESSED, REQUESTED
from metaia.realtime import events
from metaia.users import queries as user_queries

NOTICES = {
    REQUESTED: notifications.REQUESTED,
    PROCESSED: notifications.PROCESSED,
    FAILED: notifications.FAILED,
}


def changed(refund: Refund, payment: Payment) -> None:
    """Record the event of a changed refund in the running transaction, and notify payer and partner.

    All admins are notified of a failure. The requester is not notified of the request.
    """
    subject = rooms.subject("refund", refund.id)
    parties = {user_id for user_id in (payment.payer_id, payment.partner_id) if user_id}
    audience = [*map(rooms.user, sorted(parties)), *rooms.STAFF]
    events.record(
        "refund.updated",
        presenters.update(refund, payment),
        audience=audience,
        subject=subject,
        thread=payment.deal_id,
        ref=publish.ref("refund", refund, payment),
    )
    if kind := NOTICES.get(refund.status):
        data = {
            "refundId": refund.id, "paymentId": payment.id, "orderId": payment.order_id,
            "amount": to_text(refund.amount, refund.currency),
        }  # fmt: skip
        for user_id in sorted(_notified(refund, parties)):
            notification_service.notify(user_id, kind, data, subject=subject)


def _notified(refund: Refund, parties: set[str]) -> set[str]:
    """Return the active users to notify: the parties, and of a failure all admins."""
    users = {user_id for user_id in parties if (person := user_queries.by_id(user_id)) and person.active}
    if refund.status == FAILED:
        users |= set(user_queries.ids_with_role(ADMINS))
    return users - ({refund.requested_by} if refund.status == REQUESTED else set())
