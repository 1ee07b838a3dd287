"""The page of the mailbox: a list, and each message. The HTML of mails is sandboxed."""

import json

from flask import Flask, Response, abort, jsonify, render_template

from metaia.dev.mailbox.store import VENDORS, MessageStore, body

# The HTML of a mail is untrusted: no scripts, no requests; links open in a new tab.
SANDBOX = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
SHOWN = ("From", "To", "Date", "Subject", "List-Unsubscribe", "X-Envelope-To")


def create_page(store: MessageStore) -> Flask:
    """Return the Flask application of the mailbox, separate from the service's."""
    page = Flask(__name__)
    page.config["TRUSTED_HOSTS"] = [
        "127.0.0.1",
        "localhost",
    ]  # against DNS rebinding

    @page.get("/")
    def messages() -> str:
        count, items = store.items()
        return render_template("list.html", count=count, items=items)

    @page.get("/items.json")
    def items() -> Response:
        return jsonify([item.as_json() for item in store.items()[1]])

    @page.get("/<name>")
    def message(name: str) -> str:
        mail, raw = store.mail(name), store.raw(name, "json")
        if mail is not None:
            fields = [(field, mail[field]) for field in SHOWN if mail[field]]
            bodies = {"text": body(mail, "plain"), "html": body(mail, "html")}
            return render_template(
                "message.html", name=name, title=mail.get("Subject", ""), fields=fields, **bodies
            )
        kept = json.loads(raw or abort(404))
        fields = [("By", VENDORS[kept["vendor"]]), ("To", kept["to"]), ("Text", kept["text"])]
        given = json.dumps(kept["raw"], indent=2, ensure_ascii=False)
        return render_template(
            "message.html", title=kept["title"] or kept["text"], fields=fields, given=given
        )

    @page.get("/<name>/html")
    def html(name: str) -> Response:
        mail = store.mail(name)
        if mail is None:
            abort(404)
        content = '<!doctype html><base target="_blank">' + body(mail, "html")
        return Response(content, headers={"Content-Security-Policy": SANDBOX})

    @page.get("/<name>/raw")
    def raw(name: str) -> Response:
        content = store.raw(name, "eml") or abort(404)
        return Response(content, mimetype="text/plain", headers={"X-Content-Type-Options": "nosniff"})

    return page
