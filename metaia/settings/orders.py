"""Settings of orders."""

from metaia.settings.setting import INTEGER, Setting

SETTINGS = (
    Setting("DEFAULT_CURRENCY", "ISO 4217 currency of orders that name none", "INR"),
    Setting(
        "ORDER_ACCEPT_MINUTES", "an order that no partner accepted is cancelled after this", "30", INTEGER
    ),
)
