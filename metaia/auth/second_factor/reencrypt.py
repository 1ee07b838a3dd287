"""Sealing anew what a key before SECRET_KEY has sealed, so that nothing needs that key any more."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update

from metaia.auth.second_factor import encryption, queries
from metaia.auth.second_factor.models import SecondFactor
from metaia.core import db
from metaia.core.db import AnyRow


@dataclass(frozen=True)
class Resealed:
    """How many secrets were sealed anew, and how many are lost: no key that we have opens them."""

    done: int
    lost: int


def reseal() -> Resealed:
    """Seal all second factors with the newest key. It may be stopped at any time, and begun again."""
    done = lost = 0
    after = ""
    while page := queries.second_factors(after):
        old = [factor for factor in page if encryption.outdated(factor.secret, factor.user_id)]
        with db.transaction():
            made = sum(_again(factor) for factor in old)
        done, lost, after = done + made, lost + len(old) - made, page[-1].user_id
    return Resealed(done, lost)


def _again(factor: AnyRow) -> bool:
    """Return whether a secret could be sealed anew; one that was replaced meanwhile has the newest seal."""
    text = encryption.unseal(factor.secret, factor.user_id)
    if text is None:
        return False
    this = (SecondFactor.user_id == factor.user_id, SecondFactor.secret == factor.secret)
    db.execute(update(SecondFactor).where(*this).values(secret=encryption.seal(text, factor.user_id)))
    return True
