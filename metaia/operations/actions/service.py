"""All kinds of items, by name."""

from __future__ import annotations

from collections.abc import Mapping

from metaia.operations import state
from metaia.operations.actions.kinds import Kind
from metaia.operations.actions.orders import ORDERS
from metaia.operations.actions.users import USERS

KINDS: Mapping[str, Kind] = {state.ORDERS: ORDERS, state.USERS: USERS}
