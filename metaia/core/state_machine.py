"""State machines as tables: which party may perform which action in which state. Pure functions, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from metaia.core import versions
from metaia.core.errors import Conflict, Forbidden, declare

declare({"illegal_transition": "The status does not allow this; `details` has the allowed actions."})


class Row(Protocol):
    """A row with a status that a machine changes."""

    @property
    def status(self) -> str: ...
    @property
    def version(self) -> int: ...


@dataclass(frozen=True)
class Transition:
    """One row of a transition table; `by` names the parties that may perform the action."""

    source: str
    action: str
    target: str
    by: frozenset[str]


class Machine:
    """A transition table with its lookups and checks.

    `noun` names the object in error messages, such as "order". `explicit` are actions that are never chosen for a
    target state: they are performed by their names. Raises ValueError if an action leaves a state twice.
    """

    def __init__(
        self, noun: str, rows: Iterable[tuple[str, str, str, Iterable[str]]], *, explicit: Iterable[str] = ()
    ) -> None:
        self.noun = noun
        self._explicit = frozenset(explicit)
        self.transitions = tuple(Transition(s, a, t, frozenset(by)) for s, a, t, by in rows)
        self._by_source = {(t.source, t.action): t for t in self.transitions}
        if len(self._by_source) != len(self.transitions):
            raise ValueError("an action may leave a state only once")

    @property
    def states(self) -> tuple[str, ...]:
        """Return all states in the order of the table."""
        return tuple(dict.fromkeys(s for t in self.transitions for s in (t.source, t.target)))

    @property
    def actions(self) -> tuple[str, ...]:
        """Return all actions in the order of the table."""
        return tuple(dict.fromkeys(t.action for t in self.transitions))

    def find(self, state: str, action: str) -> Transition | None:
        """Return the transition of `action` from `state`, or None."""
        return self._by_source.get((state, action))

    def allowed(self, state: str, parties: frozenset[str]) -> list[str]:
        """Return the actions that one of `parties` may perform in `state`."""
        return [t.action for t in self.transitions if t.source == state and t.by & parties]

    def ever(self, action: str, parties: frozenset[str]) -> bool:
        """Return whether one of `parties` may perform `action` in any state; if not, the error is 403 and not 409."""
        return any(t.action == action and t.by & parties for t in self.transitions)

    def towards(self, state: str, target: str, parties: frozenset[str] = frozenset()) -> Transition | None:
        """Return a transition from `state` to another state `target`, or None.

        Of several it is the first one that one of `parties` may perform, if there is any.
        """
        found = [t for t in self._chosen if t.source == state and t.target == target and t.target != state]
        return next((t for t in found if t.by & parties), found[0] if found else None)

    def path(self, state: str, target: str, parties: frozenset[str]) -> list[Transition]:
        """Return the fewest transitions from `state` to another state `target` that `parties` may perform; [] if none.

        Of two ways of equal length it is the one that begins with the earlier row of the table.
        """
        ways: dict[str, list[Transition]] = {state: []}
        queue = [state]
        for here in queue:
            for step in self._chosen:
                if step.source == here and step.target not in ways and step.by & parties:
                    ways[step.target] = [*ways[here], step]
                    queue.append(step.target)
        return ways.get(target, [])

    @property
    def _chosen(self) -> list[Transition]:
        return [t for t in self.transitions if t.action not in self._explicit]

    def require(
        self,
        row: Row,
        action: str,
        parties: frozenset[str],
        version: versions.Expected,
        details: Callable[[], dict[str, Any]],
        *,
        at_times: frozenset[str] = frozenset(),
    ) -> Transition:
        """Return the transition of `row` by `action`. `details` returns the current state of the row for a 409.

        `at_times` are the parties of the actor in other states of the row: what these may do is not forbidden.

        Raises Forbidden if the parties may never perform it, Conflict (`stale_version`) if `version` is given and is
        not the row's, and Conflict (`illegal_transition`) if the row's status does not allow it now.
        """
        if not self.ever(action, parties | at_times):
            raise Forbidden(f"You may not {action.replace('_', ' ')} this {self.noun}.")
        versions.require(version, row.version, self.noun, details)
        transition = self.find(row.status, action)
        if transition is None or not transition.by & parties:
            raise self.conflict(row, action, details())
        return transition

    def conflict(self, row: Row, action: str, details: dict[str, Any]) -> Conflict:
        """Return the error for an action that the row's status does not allow."""
        text = f"This {self.noun} is {row.status.replace('_', ' ')} and cannot {action.replace('_', ' ')}."
        return Conflict(text, code="illegal_transition", details=details)
