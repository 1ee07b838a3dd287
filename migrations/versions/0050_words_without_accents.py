"""words of orders, offers, bookings, services and messages: the search finds café by cafe"""

import json

import sqlalchemy as sa
from alembic import op

from metaia.core.text import words

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

BATCH = 500
FIRST = "00000000-0000-0000-0000-000000000000"
TABLES = ("orders", "offers", "bookings", "services", "messages")
# Words of ASCII are as before.
ROWS = (
    "SELECT id, words::text AS words, tsvector_to_array(words) AS lexemes FROM {table}"
    " WHERE id > :after AND octet_length(words::text) <> length(words::text) ORDER BY id LIMIT :limit"
)
# Not those of a text that was changed or erased since they were read.
SET_WORDS = (
    "UPDATE {table} SET words = ts_delete({table}.words, ARRAY(SELECT jsonb_array_elements_text(new.accented)))"
    " || array_to_tsvector(ARRAY(SELECT jsonb_array_elements_text(new.bare)))"
    " FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS new (id uuid, words text, accented jsonb, bare jsonb)"
    " WHERE {table}.id = new.id AND {table}.words = new.words::tsvector"
)


def upgrade() -> None:
    with op.get_context().autocommit_block():  # each batch commits, so that row locks are short
        for table in TABLES:
            _fold(op.get_bind(), table)


def _fold(bind, table) -> None:
    read, write = (sa.text(statement.format(table=table)) for statement in (ROWS, SET_WORDS))
    after = FIRST
    while rows := bind.execute(read, {"after": after, "limit": BATCH}).all():
        after = rows[-1].id
        if new := [changed for row in rows if (changed := _changed(row))["accented"]]:
            bind.execute(write, {"rows": json.dumps(new)})


def _changed(row) -> dict:
    bare = {word: words.without_accents(word) for word in row.lexemes}
    other = {word: folded for word, folded in bare.items() if folded != word}
    return {"id": str(row.id), "words": row.words, "accented": [*other], "bare": [*other.values()]}


def downgrade() -> None:
    """Leave the words: the release before finds them without accents."""
