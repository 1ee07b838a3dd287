"""Requests that schemathesis generates from the OpenAPI document, with ids of existing objects."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode

Operation = APIOperation[Any, Any, Any, Any]
Request = Case[Any]
NO_TIME = {"wait": 0}  # other values only delay the answer
_UPPER = re.compile(r"(?<=[a-z])(?=[A-Z])")


def kind_of(name: str) -> str:
    """Return the kind of object that a field names: `partner` for `partnerId`, `refresh_token` for `refreshToken`."""
    return _UPPER.sub("_", name).lower().removesuffix("_id")


@st.composite
def requests_for(draw: st.DrawFn, operation: Operation, objects: dict[str, list[Any]]) -> Request:
    """Draw a request that is valid by the document or not; ids are mostly those of existing objects."""
    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    breaking = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    # Three of five are valid, as most valid requests are still refused, for their caller or their object.
    case = draw(st.one_of(fitting, breaking, fitting, breaking, fitting))
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            for name in part:
                part[name] = draw(_known_value(name, part[name], objects))
    return case


def _known_value(name: str, given: Any, objects: dict[str, list[Any]]) -> st.SearchStrategy[Any]:
    if name in NO_TIME:
        return st.just(NO_TIME[name])
    known = objects.get(kind_of(name)) if isinstance(given, str) else None
    return st.sampled_from([given, *known]) if known else st.just(given)
