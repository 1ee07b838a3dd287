"""The shorter way to a route finds what Flask's own finds."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

REQUESTS = [
    ("GET", "/api/orders"),
    ("GET", "/api/orders/"),
    ("GET", "/api//orders"),
    ("POST", "/api/orders/0191f000-0000-7000-8000-000000000000/timeline"),
    ("GET", "/api/orders/0191f000-0000-7000-8000-000000000000?asOf=caf%C3%A9"),
    ("GET", "/caf%C3%A9/%FF"),
    ("DELETE", "/"),
    ("OPTIONS", "/api/orders"),
]


def matched(app: Flask, adapter: Any) -> Any:
    try:
        return adapter.match(), adapter.build(
            "orders.get_one", {"order_id": "0191f000-0000-7000-8000-000000000000"}
        )
    except HTTPException as error:
        return error.code, getattr(error, "new_url", None)


@pytest.mark.parametrize(("method", "path"), REQUESTS)
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:5000", "127.0.0.1:80"])
def test_a_request_matches_the_route_that_flask_finds(app: Flask, method: str, path: str, host: str) -> None:
    with app.test_request_context(path, method=method, headers={"Host": host}) as context:
        ours, stock = app.create_url_adapter(context.request), Flask.create_url_adapter(app, context.request)
        assert matched(app, ours) == matched(app, stock)
