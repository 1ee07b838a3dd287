"""The JSON of devices."""

from __future__ import annotations

from metaia.core.http.presenters import presenter
from metaia.notifications.devices.schemas import DeviceOut

device = presenter(DeviceOut, computed={"id": lambda row: str(row.id)})
