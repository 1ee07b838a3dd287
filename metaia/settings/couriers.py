"""Settings of couriers."""

from metaia.settings import parsers
from metaia.settings.setting import INTEGER, Kind, Setting

SETTINGS = (
    Setting(
        "DISPATCH_MODE",
        "how deliveries are offered: broadcast, to all couriers on shift, or nearest, to one after another",
        "broadcast",
        Kind("dispatch_mode", parsers.one_of("broadcast", "nearest")),
    ),
    Setting("COURIER_MAX_JOBS", "active orders of a courier above which claims are refused", "2", INTEGER),
    Setting(
        "COURIER_SHARE_BPS",
        "the share of the delivery fee that couriers of the pool get, in hundredths of a percent",
        "10000",
        Kind("basis_points", parsers.basis_points),
    ),
)
