"""The details of payout accounts, encrypted as second factors are."""

from __future__ import annotations

import json

from sqlalchemy import update

from metaia.auth.second_factor import encryption
from metaia.core import db
from metaia.core.json import Json
from metaia.finance.payout_accounts import queries
from metaia.finance.payout_accounts.models import PayoutAccountRow
from metaia.finance.payout_accounts.queries import PayoutAccount


def encrypt(details: Json, user_id: str) -> bytes:
    """Return the details encrypted; only an account of the same owner can be decrypted to them."""
    return encryption.encrypt(json.dumps(details), _owner(user_id))


def decrypt(this: PayoutAccount) -> Json | None:
    """Return the details of an account, None if no known key decrypts them."""
    text = encryption.decrypt(this.details, _owner(this.user_id))
    return None if text is None else dict(json.loads(text))


def reencrypt_all() -> tuple[int, int]:
    """Encrypt all outdated details with the current key; return how many, and how many no known key decrypts."""
    after, done, lost = None, 0, 0
    while page := queries.page(after):
        outdated = [each for each in page if encryption.is_outdated(each.details, _owner(each.user_id))]
        with db.transaction():
            counts = [_reencrypt(each) for each in outdated]
        done, lost, after = done + sum(counts), lost + len(counts) - sum(counts), page[-1].user_id
    return done, lost


def _reencrypt(this: PayoutAccount) -> bool:
    """Encrypt details again, unless they were replaced since they were read."""
    details = decrypt(this)
    if details is None:
        return False
    row = PayoutAccountRow
    unchanged = (row.user_id == this.user_id, row.details == this.details)
    db.execute(update(row).where(*unchanged).values(details=encrypt(details, this.user_id)))
    return True


def _owner(user_id: str) -> str:
    return f"payout-account-{user_id}"
