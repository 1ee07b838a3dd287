"""Settings of sockets: how long a connection lives, and how long a lost one can be resumed."""

from metaia.settings.setting import FLAG, INTEGER, Setting

SETTINGS = (
    Setting(
        "SOCKETS_RECOVERY_SECONDS",
        "for so long a client without a cursor of its own continues where its connection was lost; 0: never",
        "300",
        INTEGER,
    ),
    Setting(
        "SOCKETS_END_WITH_TOKEN",
        "true closes a connection when its access token ends, instead of with its session",
        "false",
        FLAG,
    ),
)
