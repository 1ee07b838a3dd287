"""The stores of an installation: the one that STORAGE names, and others that still have files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from metaia.providers.errors import Technical
from metaia.providers.storage import cloudinary_account
from metaia.providers.storage.cloudinary import Cloudinary
from metaia.providers.storage.interface import Store
from metaia.providers.storage.local import Local
from metaia.providers.storage.s3 import S3, Bucket
from metaia.providers.storage.signed_addresses import AddressSigner

EXTENSION = "metaia.stores"
Config = dict[str, Any]


def _local(config: Config) -> Local:
    folder = Path(config["STORAGE_PATH"] or Path(config["METAIA_HOME"] or ".metaia", "media"))
    base_url = config["MEDIA_BASE_URL"] or config["PUBLIC_BASE_URL"]
    return Local(folder, base_url, AddressSigner([config["SECRET_KEY"], *config["SECRET_KEY_PREVIOUS"]]))


def _s3(config: Config) -> S3:
    bucket = Bucket(
        base_url=config["S3_BASE_URL"],
        name=config["S3_BUCKET"],
        region=config["S3_REGION"],
        key_id=config["S3_ACCESS_KEY_ID"],
        secret=config["S3_SECRET_ACCESS_KEY"],
        path_style=config["S3_PATH_STYLE"],
    )
    return S3(bucket, config["MEDIA_BASE_URL"])


def _cloudinary(config: Config) -> Cloudinary:
    account = cloudinary_account.parse(config["CLOUDINARY_URL"].partition(",")[0].strip())
    callback = f"{config['PUBLIC_BASE_URL'].rstrip('/')}/api/webhooks/cloudinary"
    return Cloudinary(account, config["CLOUDINARY_BASE_URL"], config["MEDIA_BASE_URL"], callback)


# By name: the settings that enable the store, and a function that creates it.
FACTORIES: dict[str, tuple[tuple[str, ...], Callable[[Config], Store]]] = {
    "local": ((), _local),
    "s3": (("S3_BASE_URL", "S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"), _s3),
    "cloudinary": (("CLOUDINARY_URL",), _cloudinary),
}


def store(app: Flask, name: str | None = None) -> Store:
    """Return a store of `app`, by default the one of STORAGE. It is one object per application and name.

    A row of media names its store: after a change of STORAGE the earlier one is still read and deleted from, as long as
    its settings exist. Raises Technical if they do not.
    """
    wanted: str = name or app.config["STORAGE"]
    stores: dict[str, Store] = app.extensions.setdefault(EXTENSION, {})
    if wanted not in stores:
        stores[wanted] = _create(wanted, app.config)
    return stores[wanted]


def local(app: Flask) -> Local:
    """Return the local store, whatever STORAGE is: its addresses stay valid after a change."""
    found = store(app, Local.name)
    assert isinstance(found, Local)  # noqa: S101 - FACTORIES
    return found


def _create(name: str, config: Config) -> Store:
    if name not in FACTORIES:
        raise Technical(f"no store has the name {name}")
    needed, factory = FACTORIES[name]
    missing = [setting for setting in needed if not config[setting]]
    if missing:
        raise Technical(f"the store {name} needs {', '.join(missing)}")
    return factory(config)
