"""Settings of shipments."""

from metaia.settings import carriers
from metaia.settings.setting import Kind, Setting

SETTINGS = (
    Setting(
        "LOGISTICS_WEBHOOKS",
        "carriers of parcels: JSON from a slug to convention, secret, previousSecret, name, trackingUrl, baseUrl,"
        " apiKey and header; see docs/shipments.md",
        "",
        Kind("carriers", carriers.carriers, secret=True),
    ),
)
