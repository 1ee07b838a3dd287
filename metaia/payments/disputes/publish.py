"""Publishing a change of a dispute: one event for live screens, and the notifications."""

from __future__ import annotations

from metaia.core import rooms
from metaia.core.access.permissions import ADMINS
from metaia.core.money import to_text
from metaia.notifications import service as notification_service
from metaia.payments import publish
from metaia.payments.booking.disputes import OPEN
from metaia.payments.disputes import notifications, presenters
from metaia.payments.disputes.queries import Dispute
from metaia.payments.queries import Payment
from metaia.realtime import events
from metaia.users import queries as user_queries


def changed(dispute: Dispute, payment: Payment, *, opened: bool = False) -> None:
    """Record the event of a dispute in the running transaction.

    The partner and all admins are notified of its opening and its decision.
    """
    subject = rooms.subject("dispute", dispute.id)
    partner = user_queries.by_id(payment.partner_id) if payment.partner_id else None
    audience = [*([rooms.user(partner.id)] if partner else []), *rooms.STAFF]
    events.record(
        "dispute.updated",
        presenters.update(dispute, payment),
        audience=audience,
        subject=subject,
        thread=payment.deal_id,
        ref=publish.ref("dispute", dispute, payment),
    )
    if not opened and dispute.status in OPEN:
        return
    data = {
        "disputeId": dispute.id, "paymentId": payment.id, "orderId": payment.order_id, "status": dispute.status,
        "amount": to_text(dispute.amount, dispute.currency),
    }  # fmt: skip
    kind = notifications.OPENED if dispute.status in OPEN else notifications.DECIDED
    notified = {*user_queries.ids_with_role(ADMINS), *([partner.id] if partner and partner.active else [])}
    for user_id in sorted(notified):
        notification_service.notify(user_id, kind, data, subject=subject)
