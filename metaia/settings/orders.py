"""Settings of orders."""

from metaia.settings import parsers
from metaia.settings.setting import INTEGER, Kind, Setting

SETTINGS = (
    Setting("DEFAULT_CURRENCY", "ISO 4217 currency of orders that name none", "INR"),
    Setting(
        "ORDER_ACCEPT_MINUTES", "an order that no partner accepted is cancelled after this", "30", INTEGER
    ),
    Setting(
        "DEFAULT_PAYMENT_METHOD",
        "of orders that name none: none, online, cod or credit",
        "none",
        Kind("payment_method", parsers.one_of("none", "online", "cod", "credit")),
    ),
    Setting(
        "REVIEW_DAYS", "an order or booking can be reviewed for so many days after its end", "30", INTEGER
    ),
    Setting("PAYMENT_MINUTES", "an online order that is not paid is cancelled after this", "15", INTEGER),
)
