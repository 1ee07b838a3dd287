"""Processing of pictures: the job of media against bare Pillow, in one run: `python -m benchmarks.pictures [ROUNDS]`.

A photo of 12 megapixels waits in a private PostgreSQL. METAIA's time is that of the job: claim, parts, sandbox, local
store, commit. Bare Pillow decodes, scales and encodes the same five files in this process. The goal is a ratio of
2.5, of time and of CPU time: on a busy machine Linux may give the child, in its own session, more than its share.
"""

from __future__ import annotations

import hashlib
import io
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module

from PIL import Image

from benchmarks.ground import Ground, ground, new_ids

BAR = 2.5
WIDTH, HEIGHT = 4_000, 3_000


PART = 256 * 1024  # bytes
_MEDIA = """
    INSERT INTO media (id, owner_id, kind, folder, visibility, status, filename, content_type, store, size, sha256,
                       charged, tries, version, created_at, updated_at)
    VALUES (%s, %s, 'image', 'general', 'private', 'processing', 'photo.jpg', 'image/jpeg', 'local', %s, %s,
            0, 0, 1, now(), now())
"""


def main(rounds: int) -> int:
    """Print the times of each round and the median of the larger ratios; return 1 if the ratio misses the goal."""
    picture = photo()
    with ground() as shared:
        os.environ.update(shared.environment)
        ratios = list(_ratios(shared, picture, rounds))
    print(f"{len(picture)} bytes; median of the larger ratios {statistics.median(ratios):.2f}, goal {BAR}")
    return int(statistics.median(ratios) > BAR)


def _ratios(shared: Ground, picture: bytes, rounds: int) -> Iterator[float]:
    app = import_module("metaia.app").create_app()  # reads the environment when it is imported
    jobs = import_module("metaia.media.jobs")
    with app.app_context():
        for _ in range(rounds):
            theirs = timed(lambda: bare(picture))
            media = _receive(shared, picture)
            ours = timed(lambda media=media: jobs.process(media))  # type: ignore[misc]
            status = shared.database.execute("SELECT status FROM media WHERE id = %s", [media]).fetchone()
            assert status == ("ready",)
            ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
            print("bare Pillow {:.2f} s, CPU {:.2f} s; ".format(*theirs), end="")
            print("the job {:.2f} s, CPU {:.2f} s; ".format(*ours), end="")
            print("ratios {:.2f}, {:.2f}".format(*ratios), flush=True)
            yield max(ratios)


def _receive(shared: Ground, photo: bytes) -> str:
    """Insert a photo as the upload routes do; return its id."""
    [media] = new_ids(1)
    digest = hashlib.sha256(photo).digest()
    shared.database.execute(_MEDIA, [media, shared.customers[0], len(photo), digest])
    for number, start in enumerate(range(0, len(photo), PART)):
        body = photo[start : start + PART]
        shared.database.execute("INSERT INTO media_parts VALUES (%s, %s, %s)", [media, number, body])
    return media


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that a call takes, and the CPU seconds of this process and its children."""
    began, before = time.perf_counter(), os.times()
    call()
    after = os.times()
    return time.perf_counter() - began, sum(after[:4]) - sum(before[:4])


def photo() -> bytes:
    """Return a JPEG of 12 megapixels, 3 to 4 megabytes of it."""
    noise = [
        Image.effect_noise((400, 300), 80).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC) for _ in "rgb"
    ]
    file = io.BytesIO()
    Image.merge("RGB", noise).save(file, "JPEG", quality=90)
    return file.getvalue()


def bare(photo: bytes) -> None:
    """Make the same files as the sandbox, without any check."""
    with Image.open(io.BytesIO(photo)) as image:
        image.thumbnail((2_560, 2_560), Image.Resampling.LANCZOS, reducing_gap=2.0)
        image.save(io.BytesIO(), "WEBP", quality=80, method=2)
        image.save(io.BytesIO(), "JPEG", quality=85, optimize=True, progressive=True)
        for side in (1_280, 640, 160):
            image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
            image.save(io.BytesIO(), "WEBP", quality=80, method=2)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
