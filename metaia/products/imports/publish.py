"""Publishing the end of an import."""

from __future__ import annotations

from metaia.core import rooms
from metaia.products.imports import presenters
from metaia.products.imports.queries import Import
from metaia.realtime import events


def ended(this: Import) -> None:
    """Record `import:ended` in the running transaction."""
    audience = list(dict.fromkeys((rooms.user(this.partner_id), rooms.user(this.requested_by))))
    payload = {"import": presenters.common(this)}
    events.record("import.ended", payload, audience=audience, subject=rooms.subject("import", this.id))
