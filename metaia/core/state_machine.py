"""State machines as tables: who may do what from where. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from metaia.core.errors import declare

declare({"illegal_transition": "The status does not allow this; `details` says what it allows."})


@dataclass(frozen=True)
class Transition:
    """One row of a transition table. `by` names the parties of the thing that may do it."""

    source: str
    action: str
    target: str
    by: frozenset[str]


class Machine:
    """A transition table with the questions one asks of it."""

    def __init__(self, rows: Iterable[tuple[str, str, str, Iterable[str]]]) -> None:
        self.transitions = tuple(Transition(s, a, t, frozenset(by)) for s, a, t, by in rows)
        self._by_source = {(t.source, t.action): t for t in self.transitions}
        if len(self._by_source) != len(self.transitions):
            raise ValueError("an action may leave a state only once")

    @property
    def states(self) -> tuple[str, ...]:
        """Return every state in the order of the table."""
        return tuple(dict.fromkeys(s for t in self.transitions for s in (t.source, t.target)))

    @property
    def actions(self) -> tuple[str, ...]:
        """Return every action in the order of the table."""
        return tuple(dict.fromkeys(t.action for t in self.transitions))

    def find(self, state: str, action: str) -> Transition | None:
        """Return the row for `action` from `state`, if there is one."""
        return self._by_source.get((state, action))

    def allowed(self, state: str, parties: frozenset[str]) -> list[str]:
        """Return the actions that someone who is `parties` to the thing may do in `state`."""
        return [t.action for t in self.transitions if t.source == state and t.by & parties]

    def ever(self, action: str, parties: frozenset[str]) -> bool:
        """Return whether `parties` may do `action` in any state: tells 403 (never) from 409 (not now)."""
        return any(t.action == action and t.by & parties for t in self.transitions)

    def towards(self, state: str, target: str) -> Transition | None:
        """Return the row that leads from `state` to `target` in one step and changes the state."""
        found = (
            t for t in self.transitions if t.source == state and t.target == target and t.target != state
        )
        return next(found, None)
