"""The pages of each role, as the console's own registry lists them, and axe-core."""

from __future__ import annotations

import subprocess
from functools import cache
from typing import Any

from metaia.core.json import Json
from tests.console.browser.product import Product
from tools import build_client
from tools.chromium import Tab

PLACE = {"lat": 18.5204, "lng": 73.8567}
PRODUCTS = (("Mysore dosa", 120), ("Kaapi", 40))
SCRIPT = """
import("./settings.mjs").then(({ settings }) => require("esbuild").build({
  ...settings,
  stdin: { contents: 'export { pagesOf } from "./src/app/pages.js";', resolveDir: ".", loader: "ts" },
  format: "iife", globalName: "registry", write: false,
})).then(({ outputFiles }) => process.stdout.write(outputFiles[0].text));
"""


@cache
def _registry() -> str:
    """Return a script that defines `registry.pagesOf(role)`. Raises CalledProcessError."""
    build_client.packages()
    build_client.packages(build_client.CONSOLE)
    command = [str(build_client.NODE), "-e", SCRIPT]
    built = subprocess.run(command, cwd=build_client.CONSOLE, check=True, capture_output=True, text=True)
    return built.stdout


def need_campaign(product: Product) -> None:
    """Make a campaign to nobody, in draft, unless there is one: the demo data have none."""
    place, name = LISTS["/campaigns"]
    if product.call("admin", "GET", place)[name]:
        return
    audience = {"roles": ["customer"], "createdTo": "1980-01-01T00:00:00Z"}
    texts = {"name": "Spring", "title": "Ten per cent off", "message": "On every suit."}
    body = {**texts, "channels": ["in_app"], "audience": audience, "ratePerMinute": 60}
    product.call("admin", "POST", "/api/admin/campaigns", body)


def need_shop(product: Product, login: str) -> Json:
    """Return the published shop of a partner; make it, and two products, unless they are there."""
    shop: Json
    try:
        shop = product.call(login, "GET", "/api/partners/me")["partner"]
    except AssertionError:  # 404
        profile = {"businessName": "Asha's kitchen", "currency": "INR", "location": PLACE}
        product.call(login, "PUT", "/api/partners/me", profile)
        shop = product.call(login, "POST", "/api/partners/me/submit", {})["partner"]
    known = product.call(login, "GET", f"/api/products?partnerId={shop['id']}&limit=100")["products"]
    for name, price in PRODUCTS:
        if name not in {each["name"] for each in known}:
            product.call(login, "POST", "/api/products", {"name": name, "price": price})
    return shop


@cache
def axe() -> str:
    """Return the script of axe-core."""
    return (build_client.packages(build_client.CONSOLE) / "axe-core" / "axe.min.js").read_text()


def paths(tab: Tab, role: str) -> list[str]:
    """Return the patterns of a role's pages, such as `/orders/:id`."""
    found: list[str] = tab.run(f"{_registry()}; registry.pagesOf('{role}').map((page) => page.path)")
    return [path for path in found if path not in LEAVES]


def filled(product: Product, login: str, pattern: str) -> str | None:
    """Return the address of one page of a pattern, with the newest thing that the person sees, or None."""
    before, parameter, after = pattern.partition("/:")
    if not parameter:
        return pattern
    assert "/" not in after, f"say in {__name__} what {pattern} stands for"
    place, name = LISTS[before]
    reader = "admin" if place.startswith("/api/admin/") else login
    found: list[dict[str, Any]] = product.call(reader, "GET", place)[name]
    return f"{before}/{found[0].get('id') or found[0]['fingerprint']}" if found else None


LEAVES = {"/dashboard"}  # pages that lead out of the console: see test_staff.py
# Where the things of a pattern are listed, and under which name.
LISTS = {
    "/orders": ("/api/orders?limit=1", "orders"),
    "/chat": ("/api/chat/conversations?limit=1", "conversations"),
    "/offers": ("/api/offers?limit=1", "offers"),
    "/deals": ("/api/deals?limit=1", "deals"),
    "/shops": ("/api/partners?limit=1", "partners"),
    "/bookings": ("/api/bookings?limit=1", "bookings"),
    "/people": ("/api/admin/users?limit=1", "users"),
    "/files": ("/api/admin/users?limit=1", "users"),
    "/messages": ("/api/admin/notifications?limit=1", "notifications"),
    "/messages/to": ("/api/admin/users?limit=1", "users"),
    "/messages/campaign": ("/api/admin/campaigns?limit=1", "campaigns"),
    "/webhooks": ("/api/admin/webhooks?limit=1", "webhooks"),
    "/campaigns": ("/api/admin/campaigns?limit=1", "campaigns"),
    "/payments/disputes": ("/api/disputes?limit=1", "disputes"),
    "/payments": ("/api/payments?limit=1", "payments"),
    "/operations": ("/api/admin/operations?limit=1", "operations"),
    "/system/errors": ("/api/system/errors?limit=1", "errors"),
}
