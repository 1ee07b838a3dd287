"""Rights to read figures. Pure."""

from __future__ import annotations

from metaia.core.access.permissions import ADMINS, PARTNERS, Permission

OWN_FIGURES = Permission("chat.figures", PARTNERS | ADMINS)
ALL_FIGURES = Permission("chat.figures_of_all", ADMINS)
