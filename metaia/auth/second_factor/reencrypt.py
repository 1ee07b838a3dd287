"""Encrypt stored secrets again with the current SECRET_KEY, so that previous keys can be dropped."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update

from metaia.auth.second_factor import encryption, queries
from metaia.auth.second_factor.models import SecondFactor
from metaia.core import db
from metaia.core.db import AnyRow


@dataclass(frozen=True)
class Counts:
    """How many secrets were encrypted again, and how many are lost because no known key decrypts them."""

    reencrypted: int
    lost: int


def reencrypt_all() -> Counts:
    """Encrypt all outdated second factors again, page by page. It can be interrupted and started again at any time."""
    reencrypted = lost = 0
    after = ""
    while page := queries.page(after):
        outdated = [factor for factor in page if encryption.is_outdated(factor.secret, factor.user_id)]
        with db.transaction():
            done = sum(_reencrypt(factor) for factor in outdated)
        reencrypted, lost, after = reencrypted + done, lost + len(outdated) - done, page[-1].user_id
    return Counts(reencrypted, lost)


def _reencrypt(factor: AnyRow) -> bool:
    """Encrypt a secret again, unless the row was replaced since it was read. Return False if no key decrypts it."""
    text = encryption.decrypt(factor.secret, factor.user_id)
    if text is None:
        return False
    unchanged = (SecondFactor.user_id == factor.user_id, SecondFactor.secret == factor.secret)
    secret = encryption.encrypt(text, factor.user_id)
    db.execute(update(SecondFactor).where(*unchanged).values(secret=secret))
    return True
