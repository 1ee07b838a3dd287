"""Changing the settings of chat."""

from __future__ import annotations

from dataclasses import asdict, replace

from sqlalchemy.dialects.postgresql import insert

from metaia.chat.policy import CUSTOMERS_ONLY
from metaia.chat.preferences import queries
from metaia.chat.preferences.models import ChatSettingsRow
from metaia.chat.preferences.queries import ChatSettings
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Invalid
from metaia.core.json import Json
from metaia.core.times import now


def change(actor: Actor, given: Json) -> ChatSettings:
    """Change the given settings, and return all of them. Raises Invalid for a setting that is for partners only."""
    if given.get("who_may_write") == CUSTOMERS_ONLY and not actor.is_partner:
        raise Invalid(details={"whoMayWrite": ["Only partners are written to by customers."]})
    with db.transaction():
        settings = replace(queries.settings(actor.id), **given)
        row = insert(ChatSettingsRow).values(user_id=actor.id, updated_at=now(), **asdict(settings))
        changed = given | {"updated_at": now()}
        db.execute(row.on_conflict_do_update(index_elements=["user_id"], set_=changed))
        return queries.settings(actor.id)
