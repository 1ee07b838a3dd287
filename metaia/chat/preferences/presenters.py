"""Settings of chat as JSON."""

from __future__ import annotations

from metaia.chat.preferences.schemas import ChatSettingsOut
from metaia.core.http.presenters import presenter

settings = presenter(ChatSettingsOut)
