"""Settings of sockets: how long a lost connection can be resumed."""

from metaia.settings.setting import INTEGER, Setting

SETTINGS = (
    Setting(
        "SOCKETS_RECOVERY_SECONDS",
        "for so long a client without a cursor of its own continues where its connection was lost; 0: never",
        "300",
        INTEGER,
    ),
)
