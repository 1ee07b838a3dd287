"""The page of the mailbox: a list, and each message. The HTML of mails is sandboxed."""

import json

from flask import Flask, Response, abort, jsonify, render_template

from metaia.core.json import Json
from metaia.dev.mailbox.store import VENDORS, MessageStore, body

# The HTML of a mail is untrusted: no scripts, no requests; links open in a new tab.
SANDBOX = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def create_page(store: MessageStore) -> Flask:
    """Return the Flask application of the mailbox, separate from the service's."""
    page = Flask(__name__)
    page.config["TRUSTED_HOSTS"] = [
        "127.0.0.1",
        "localhost",
    ]  # against DNS rebinding

    @page.get("/")
    def messages() -> str:
        arrived, kept = store.counts()
        return render_template("list.html", arrived=arrived, kept=kept, items=store.items())

    @page.get("/items.json")
    def items() -> Response:
        return jsonify([item.as_json() for item in store.items()])

    @page.get("/<name>")
    def message(name: str) -> str:
        mail, given = store.mail(name), store.given(name)
        if mail is not None:
            bodies = {"text": body(mail, "plain"), "html": body(mail, "html")}
            return render_template(
                "message.html",
                name=name,
                title=mail.get("Subject", ""),
                headers=store.headers(name),
                **bodies,
            )
        kept = given or abort(404)
        fields = [("By", VENDORS[kept["vendor"]]), ("To", kept["to"]), ("Text", kept["text"])]
        return render_template(
            "message.html",
            name=name,
            title=kept["title"] or kept["text"],
            fields=fields[:2] if kept["channel"] == "email" else fields,
            given=json.dumps(kept["raw"], indent=2, ensure_ascii=False),
            text=kept["text"] if kept["channel"] == "email" else "",
            html=_html(kept),
        )

    @page.get("/<name>/html")
    def html(name: str) -> Response:
        mail, given = store.mail(name), store.given(name)
        content = body(mail, "html") if mail is not None else _html(given or abort(404)) or abort(404)
        return Response(
            f'<!doctype html><base target="_blank">{content}', headers={"Content-Security-Policy": SANDBOX}
        )

    @page.get("/<name>/raw")
    def raw(name: str) -> Response:
        content = store.raw(name, "eml") or abort(404)
        return Response(content, mimetype="text/plain", headers={"X-Content-Type-Options": "nosniff"})

    return page


def _html(given: Json) -> str:
    """Return the HTML of a mail that SendGrid was given; an empty string for other messages."""
    parts = given["raw"].get("content") if given["channel"] == "email" else None
    return next((str(part["value"]) for part in parts or [] if part["type"] == "text/html"), "")
