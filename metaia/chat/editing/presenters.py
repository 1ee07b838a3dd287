"""How earlier texts look outside."""

from __future__ import annotations

from metaia.chat.editing.schemas import EditOut
from metaia.core.http.presenters import presenter

edit = presenter(EditOut)
