"""Settings of media: the store, its credentials, addresses and quotas."""

from metaia.settings import parsers
from metaia.settings.setting import FLAG, INTEGER, SECRET, URL, Kind, Setting

SETTINGS = (
    Setting(
        "STORAGE",
        "where files of media are kept: local (a folder of this machine), s3 or cloudinary",
        "local",
        Kind("storage", parsers.one_of("local", "s3", "cloudinary")),
    ),
    Setting("STORAGE_PATH", "folder of the local store; by default `media` in METAIA_HOME"),
    Setting(
        "MEDIA_BASE_URL",
        "origin of public files (local: of all files), without a slash at the end; local: PUBLIC_BASE_URL if empty",
        kind=URL,
    ),
    Setting(
        "CLOUDINARY_URL",
        "Cloudinary, cloudinary://key:secret@cloud",
        kind=Kind("cloudinary_url", parsers.cloudinary_url, secret=True),
        needed_by="STORAGE=cloudinary",
    ),
    Setting("CLOUDINARY_BASE_URL", "Cloudinary's address for calls", "https://api.cloudinary.com", URL),
    Setting("S3_BASE_URL", "the S3-compatible store's address", kind=URL, needed_by="STORAGE=s3"),
    Setting("S3_BUCKET", "bucket of the files", needed_by="S3_BASE_URL"),
    Setting("S3_REGION", "region that S3 signatures name", "us-east-1"),
    Setting("S3_ACCESS_KEY_ID", "authenticates to the S3-compatible store", needed_by="S3_BASE_URL"),
    Setting(
        "S3_SECRET_ACCESS_KEY",
        "authenticates to the S3-compatible store",
        kind=SECRET,
        needed_by="S3_BASE_URL",
    ),
    Setting(
        "S3_PATH_STYLE", "whether the bucket is the first part of the path, not of the host", "true", FLAG
    ),
    Setting(
        "MEDIA_ORPHAN_HOURS", "hours after which a file that is attached to nothing is deleted", "24", INTEGER
    ),
    Setting(
        "UPLOAD_QUOTA_MB", "megabytes that a customer may store; a partner ten times as much", "500", INTEGER
    ),
    Setting("CLAMD_URL", "ClamAV's daemon, tcp://host:port; scans each file before it is ready"),
)
