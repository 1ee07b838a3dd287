"""The committed types of the TypeScript client belong to the API documents of this code. Needs no Node."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tools.build_client import SETTINGS

ROOT = Path(__file__).parent.parent.parent
STORED = ROOT / "clients" / "typescript" / "src" / "generated" / "documents.sha256"


def test_the_clients_types_belong_to_these_documents(tmp_path):
    # In a process of its own: other tests register types of notifications, which the documents list.
    command = [sys.executable, "-m", "flask", "--app", "wsgi:app", "documents", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env=os.environ | SETTINGS, check=True)
    texts = [(tmp_path / name).read_bytes() for name in ("openapi.json", "asyncapi.json")]
    found = hashlib.sha256(b"".join(texts)).hexdigest()
    assert STORED.read_text().strip() == found, (
        "the API documents have changed: run `.venv/bin/python tools/build_client.py types`, commit clients/typescript"
    )


def test_the_lock_file_names_no_registry():
    lock = (ROOT / "clients" / "typescript" / "package-lock.json").read_text()
    assert '"resolved"' not in lock
