"""Settings of chat."""

from metaia.settings.setting import INTEGER, Setting

SETTINGS = (
    Setting(
        "CHAT_PUSH_AFTER",
        "seconds until users are notified of messages that they have not read",
        "3",
        INTEGER,
    ),
    Setting(
        "CHAT_MAIL_AFTER",
        "seconds until users get a mail about messages that they still have not read",
        "900",
        INTEGER,
    ),
    Setting("CHAT_KEEP_DELETED_DAYS", "days for which staff can read deleted messages", "30", INTEGER),
)
