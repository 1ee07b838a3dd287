"""orders.words: the search finds Hindi, Thai, Chinese and other scripts"""

import json

import sqlalchemy as sa
from alembic import op

from metaia.core.text import phones, words

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BATCH = 500
FIRST = "00000000-0000-0000-0000-000000000000"
# Words of ASCII are as before.
ORDERS = sa.text(
    "SELECT id, order_number, customer_info, notes, items FROM orders,"
    " LATERAL (SELECT concat(customer_info, notes, items) AS text) AS all_of_it"
    " WHERE id > :after AND octet_length(text) <> length(text) ORDER BY id LIMIT :limit"
)
# Not the words of an order whose texts were erased since they were read.
SET_WORDS = sa.text(
    "UPDATE orders SET words = new.words::tsvector"
    " FROM jsonb_to_recordset(:rows) AS new (id uuid, customer_info jsonb, notes text, items jsonb, words text)"
    " WHERE orders.id = new.id AND orders.customer_info = new.customer_info"
    " AND orders.notes IS NOT DISTINCT FROM new.notes AND orders.items = new.items"
)


def upgrade() -> None:
    with op.get_context().autocommit_block():  # each batch commits, so that row locks are short
        bind, after = op.get_bind(), FIRST
        while rows := bind.execute(ORDERS, {"after": after, "limit": BATCH}).all():
            after = rows[-1].id
            new = [{**row._mapping, "id": str(row.id), "words": _words(row)} for row in rows]
            bind.execute(SET_WORDS, {"rows": json.dumps(new)})


def _words(row) -> str:
    info = row.customer_info
    of_items = (item.get(key) for item in row.items for key in ("name", "notes"))
    texts = [row.order_number, info.get("name"), info.get("phone"), row.notes, *of_items]
    return words.index(texts, words=phones.index_words(info["phoneE164"]) if info.get("phoneE164") else ())


def downgrade() -> None:
    """Leave the words: the release before finds words of ASCII in them, and no others than it did."""
