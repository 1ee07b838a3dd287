"""Settings of an installation: environment, stores, retention, processes and measurements."""

from metaia.settings import parsers
from metaia.settings.setting import FLAG, INTEGER, KEY, NAMES, SECRET_URL, URL, Kind, Setting

SETTINGS = (
    Setting("METAIA_ENV", "development, testing or production", "development"),
    Setting("METAIA_HOME", "folder for the private PostgreSQL and Redis of `make run`", ".metaia"),
    Setting(
        "DATABASE_URL", "PostgreSQL", kind=Kind("postgresql", parsers.postgresql, secret=True), needed=True
    ),
    Setting(
        "DATABASE_DIRECT_URL",
        "PostgreSQL itself, where DATABASE_URL is a pooler: for the relay's lock and migrations",
        kind=Kind("postgresql", parsers.postgresql, secret=True),
    ),
    Setting("DATABASE_POOL", "PostgreSQL connections of one process", "20", INTEGER),
    Setting("REDIS_URL", "Redis", kind=SECRET_URL, needed=True),
    Setting("RELAY_IN_WEB", "false where `flask relay` runs as a process of its own", "true", FLAG),
    Setting("LOG_DAYS", "days for which clients may resume from a cursor", "7", INTEGER),
    Setting(
        "EVENTS_TO_SKIP",
        "after a roll-back: event types of the newer release that clients of this one never get",
        kind=NAMES,
    ),
    Setting(
        "NOTIFICATION_DAYS",
        "days for which notifications and their deliveries are kept; 0 for ever",
        "365",
        INTEGER,
    ),
    Setting(
        "OPERATION_DAYS",
        "days for which bulk operations are kept with their results after their end",
        "90",
        INTEGER,
    ),
    Setting(
        "ANNOUNCEMENT_DAYS",
        "days for which announcements are kept after their end; 0 for ever",
        "365",
        INTEGER,
    ),
    Setting(
        "DRAIN_NOTICE",
        "seconds for which a stopping web process serves on, so that balancers look away; 3 in production",
        "0",
        INTEGER,
        production_default="3",
    ),
    Setting(
        "DRAIN_SECONDS",
        "seconds over which a stopping web process ends its clients; 15 in production",
        "0",
        INTEGER,
        production_default="15",
    ),
    Setting(
        "METAIA_COMMIT",
        "commit of this release, for /api/system/version and errors; without it, that of the git checkout",
    ),
    Setting(
        "METRICS_TOKEN",
        "bearer token that Prometheus sends to /metrics; without it, admins only",
        kind=KEY,
    ),
    Setting(
        "LATENCY_SAMPLE",
        "one delivery in this many is acknowledged by its client, for the latency in /metrics; 0 for none",
        "1000",
        INTEGER,
    ),
    Setting(
        "METAIA_MESSAGES_PAGE",
        "address of the page with all sent messages; `make run` sets it, and the index page links it",
        kind=URL,
    ),
    Setting(
        "METAIA_DEMO_PASSWORD",
        "password of the demo people, which the console then offers; `make run` sets it, production refuses it",
    ),
    Setting(
        "WEBHOOK_LOCAL_ORIGINS",
        "origins of outgoing webhooks that may have private addresses, as of a receiver in one's own network",
        kind=NAMES,
    ),
    Setting("METAIA_FAULT", "testing only: name of the point at which the process kills itself"),
)
