"""Pictures of the demo data: received and stored by the functions of media, and checked here.

The sandbox's decoder runs in this process: a child for each picture would make the start seconds longer, and these
pictures are drawn by this code. Installations with another store than the local one get none: the start must not wait
for a vendor.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from flask import current_app

from metaia.auth.account import service as account_service
from metaia.core.access.actor import Actor
from metaia.dev import demo_data
from metaia.dev.drawings import dishes, people
from metaia.dev.flushing import flush
from metaia.media.kinds import IMAGE, KINDS
from metaia.media.processing import folders, outputs, results
from metaia.media.processing.child import Made, Outcome
from metaia.media.processing.source import Source
from metaia.media.queries import Media
from metaia.media.receiving import service as receiving_service
from metaia.media.receiving.reading import Upload
from metaia.media.receiving.spool import Spool
from metaia.media.sandbox import image
from metaia.providers.storage import registry
from metaia.providers.storage.local import Local

PNG = "image/png"


def wanted() -> bool:
    """Return whether this installation gets pictures."""
    return bool(current_app.config["STORAGE"] == Local.name)


def add_profile_pictures(actors: dict[str, Actor]) -> None:
    """Give each demo user a picture, in the running transaction."""
    for person in demo_data.PEOPLE:
        actor = actors[person.login]
        media_id = add(actor, f"{person.login}.png", people.picture(person.login), folder="profile", alt=None)
        account_service.change_profile(actor, {"avatar_media_id": media_id}, None)
        flush()


def add_menu(vendor: Actor) -> dict[str, str]:
    """Add a picture of each dish to the vendor's menu, in the running transaction; return their ids."""
    return {
        name: add(vendor, f"{name}.png", dishes.dish(name), folder="menu", alt=name) for name in dishes.DISHES
    }


def add(actor: Actor, filename: str, png: bytes, *, folder: str, alt: str | None) -> str:
    """Add a ready picture of `actor` in the running transaction, and return its id.

    Its files are stored at once. Without the commit no row knows them, and media's `reconcile` deletes them.
    """
    with closing(Spool(KINDS[IMAGE], declared=PNG, filename=filename, folder=None)) as spool:
        spool.write(png)
        spool.finish()
        media = receiving_service.store(actor, Upload(spool, filename, folder, alt, None))
    flush()
    _process(media, png)
    return media.id


def _process(media: Media, png: bytes) -> None:
    with folders.temporary(folders.root(current_app.config["METAIA_HOME"])) as folder:
        received = folder / "received.png"
        received.write_bytes(png)
        assert media.sha256 is not None  # noqa: S101 - receiving has hashed the bytes
        source = Source(received, len(png), media.sha256)
        outcome = _checked(received, folder)
        planned = outputs.plan(media, source, outcome)
        outputs.announce(media, planned)
        flush()
        outputs.put(planned, registry.store(current_app, media.store))
        results.accept(media, source, outcome, planned)
        flush()


def _checked(file: Path, folder: Path) -> Outcome:
    found = image.check(file, PNG, folder)
    files = [
        Made(each["variant"], folder / each["name"], each["contentType"], each["width"], each["height"])
        for each in found["files"]
    ]
    return Outcome(
        files=files, width=found["width"], height=found["height"], placeholder=found["placeholder"]
    )
