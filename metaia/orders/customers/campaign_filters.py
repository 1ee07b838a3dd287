"""Filters by orders for the audience of a campaign."""

from __future__ import annotations

from metaia.notifications.campaigns.audience_filters import AudienceFilter

HAS_ORDERED_SINCE = AudienceFilter(
    "has_ordered_since",
    """EXISTS (
        SELECT FROM orders WHERE orders.customer_id = users.id AND orders.created_at <= :began_at
            AND orders.created_at >= CAST(:has_ordered_since AS timestamptz)
    )""",
    "who has placed an order since then",
)
