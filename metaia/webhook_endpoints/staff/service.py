"""What admins do with endpoints of others."""

from __future__ import annotations

from metaia.core import db
from metaia.core.errors import NotFound
from metaia.webhook_endpoints import pauses, queries
from metaia.webhook_endpoints.queries import Endpoint
from metaia.webhook_endpoints.state import BY_ADMIN


def disable(endpoint_id: str, why: str) -> Endpoint:
    """Disable an endpoint, and notify its owner. A disabled one stays as it is. Raises NotFound."""
    with db.transaction():
        if pauses.pause(endpoint_id, BY_ADMIN):
            pauses.record("disabled_by_admin", endpoint_id, after={"reason": why})
        found = queries.get(endpoint_id)
        if found is None:
            raise NotFound
        return found
