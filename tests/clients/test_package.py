"""The TypeScript package: its size."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.clients.node import dist
from tools import build_client

pytestmark = pytest.mark.clients
KIB = 1024
# after minifying and gzip -9; 12.8 KiB of `.` are socket.io-client
LARGEST = {".": 24, "./core": 10, "./react": 2.5, "./native": 1.5, "./timing": 2, "./timing/react": 3.5}


def test_each_entry_is_small():
    dist()
    command = [str(build_client.NODE), "scripts/sizes.mjs"]
    found = json.loads(subprocess.check_output(command, cwd=build_client.CLIENT, text=True))
    assert found.keys() == LARGEST.keys()
    assert {name: size for name, size in found.items() if size > LARGEST[name] * KIB} == {}
