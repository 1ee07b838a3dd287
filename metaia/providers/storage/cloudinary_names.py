"""Keys as Cloudinary's names, and back: resource type, delivery type and public id follow from the key. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from metaia.providers.errors import Technical
from metaia.providers.storage import keys

IMAGES = {
    "jpg",
    "png",
    "webp",
}  # all other files are `raw`: Cloudinary keeps their bytes and does not look into them
IMAGE, RAW = "image", "raw"
UPLOAD, AUTHENTICATED = "upload", "authenticated"  # readable by each address, or by signed ones only
ALLOWED = re.compile(r"[A-Za-z0-9/_.-]+")
_LAST_DASH = re.compile(r"-(\w+)$", re.ASCII)


@dataclass(frozen=True)
class Name:
    """The name of an asset. `format` is the extension of an image, which is not a part of its public id."""

    resource_type: str
    delivery: str
    public_id: str
    format: str = ""

    def options(self) -> dict[str, str]:
        """Return the options of a call that names the asset."""
        return {"resource_type": self.resource_type, "type": self.delivery}


def of(key: str) -> Name:
    """Return the name of the asset for a key. Raises Technical for characters that Cloudinary refuses.

    A public id has no extension; `full.webp` and `full.jpg` become `full-webp` and `full-jpg`, which are two assets.
    """
    if not ALLOWED.fullmatch(keys.check(key)):
        raise Technical("the key has a character that a public id may not have")
    delivery = UPLOAD if keys.is_public(key) else AUTHENTICATED
    extension = keys.extension(key)
    if extension in IMAGES:
        return Name(IMAGE, delivery, f"{key[: -len(extension) - 1]}-{extension}", extension)
    return Name(RAW, delivery, key)


def key_of(resource_type: str, public_id: str) -> str:
    """Return the key of an asset."""
    return _LAST_DASH.sub(r".\1", public_id) if resource_type == IMAGE else public_id
