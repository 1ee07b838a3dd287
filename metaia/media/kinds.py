"""Kinds of media: folders, accepted types and limits, as the contract's tables. Pure."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
IMAGE, DOCUMENT, VOICE = "image", "document", "voice"
PUBLIC, PRIVATE = "public", "private"
# By folder: the visibility of its images.
FOLDERS = {"profile": PUBLIC, "menu": PUBLIC, "banner": PUBLIC, "chat": PRIVATE, "general": PRIVATE}
DEFAULT_FOLDER = "general"
PARTNER_FOLDERS = frozenset({"menu", "banner"})  # only for partners and admins
SHOWN_FOLDERS = PARTNER_FOLDERS  # an app shows their public pictures by their addresses, attached to nothing
# Other extensions of files, by content type.
ALSO = {
    "image/jpeg": ("jpeg", "jpe", "jfif"),
    "text/plain": ("text", "md", "log"),
    "audio/ogg": ("oga", "opus"),
    "audio/webm": ("weba",),
    "audio/mp4": ("mp4", "aac"),
    "audio/3gpp": ("3gpp",),
}


@dataclass(frozen=True)
class Kind:
    """What is accepted of one kind of media. `types` maps each content type to the extension of its files.

    `unsupported` is the error code of another type; `max_size` is of the file, in bytes.
    """

    name: str
    types: dict[str, str]
    max_size: int
    unsupported: str

    def extensions(self, content_type: str) -> tuple[str, ...]:
        """Return the extensions that files of a type may have in their names, the usual one first."""
        return (self.types[content_type], *ALSO.get(content_type, ()))


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            IMAGE,
            {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"},
            5 * MEGABYTE,
            "unsupported_image",
        ),
        Kind(
            DOCUMENT,
            {
                "application/pdf": "pdf",
                f"{_OPEN_XML}.wordprocessingml.document": "docx",
                f"{_OPEN_XML}.spreadsheetml.sheet": "xlsx",
                "text/plain": "txt",
                "text/csv": "csv",
            },
            10 * MEGABYTE,
            "unsupported_document",
        ),
        Kind(
            VOICE,
            {
                "audio/ogg": "ogg",
                "audio/webm": "webm",
                "audio/mp4": "m4a",
                "audio/3gpp": "3gp",
                "audio/mpeg": "mp3",
                "audio/wav": "wav",
                "audio/amr": "amr",
                "audio/aac": "aac",
            },
            10 * MEGABYTE,
            "unsupported_audio",
        ),
    )
}


def is_kept(visibility: str, folder: str) -> bool:
    """Return whether a file stays until its owner deletes it, also while it is attached to nothing."""
    return visibility == PUBLIC and folder in SHOWN_FOLDERS


def visibility(kind: str, folder: str, *, wished: str | None = None) -> str:
    """Return the visibility of a file: only images of public folders are public, unless the client wishes private."""
    if kind != IMAGE or wished == PRIVATE:
        return PRIVATE
    return FOLDERS[folder]
