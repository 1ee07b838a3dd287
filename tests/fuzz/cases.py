"""What is asked: requests that schemathesis makes up from the OpenAPI document, about things that exist."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode

Operation = APIOperation[Any, Any, Any, Any]
Request = Case[Any]
NO_TIME = {"wait": 0}  # what would only make the answer come later
_UPPER = re.compile(r"(?<=[a-z])(?=[A-Z])")


def kind_of(name: str) -> str:
    """Return the kind of thing that is named: `partner` for `partnerId`, `refresh_token` for `refreshToken`."""
    return _UPPER.sub("_", name).lower().removesuffix("_id")


@st.composite
def about(draw: st.DrawFn, operation: Operation, things: dict[str, list[Any]]) -> Request:
    """Draw a request that fits the document or breaks it; where it names a thing, mostly one that exists."""
    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    breaking = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    # Three of five fit: of those that do, most are still refused, for who asks or what they ask about.
    case = draw(st.one_of(fitting, breaking, fitting, breaking, fitting))
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            for name in part:
                part[name] = draw(_instead(name, part[name], things))
    return case


def _instead(name: str, given: Any, things: dict[str, list[Any]]) -> st.SearchStrategy[Any]:
    if name in NO_TIME:
        return st.just(NO_TIME[name])
    known = things.get(kind_of(name)) if isinstance(given, str) else None
    return st.sampled_from([given, *known]) if known else st.just(given)
