"""Settings of shops, couriers and reviews."""

from metaia.settings import parsers
from metaia.settings.setting import Kind, Setting

SETTINGS = (
    Setting(
        "PARTNER_APPROVAL",
        "`manual`: admins approve the profiles of partners before they are public; or `none`",
        "none",
        Kind("partner_approval", parsers.one_of("none", "manual")),
    ),
)
