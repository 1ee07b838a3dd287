"""The committed types of the TypeScript client belong to the API documents of this code. Needs no Node."""

from __future__ import annotations

import hashlib
from pathlib import Path

from metaia.system.commands import canonical_documents

ROOT = Path(__file__).parent.parent.parent
STORED = ROOT / "clients" / "typescript" / "src" / "generated" / "documents.sha256"


def test_the_clients_types_belong_to_these_documents(app):
    with app.app_context():
        texts = canonical_documents(app)
    found = hashlib.sha256("".join(texts.values()).encode()).hexdigest()
    assert STORED.read_text().strip() == found, (
        "the API documents have changed: run `.venv/bin/python tools/build_client.py types`, commit clients/typescript"
    )


def test_the_lock_file_names_no_registry():
    lock = (ROOT / "clients" / "typescript" / "package-lock.json").read_text()
    assert '"resolved"' not in lock
