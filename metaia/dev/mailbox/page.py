"""The page of what has arrived: a list, and each message as it is; the HTML of mails may do nothing."""

import json

from flask import Flask, Response, abort, jsonify, render_template

from metaia.dev.mailbox.store import VENDORS, Shelf, body

# The sender decides what is in there: no scripts, no requests, links open outside.
HARMLESS = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
SHOWN = ("From", "To", "Date", "Subject", "List-Unsubscribe", "X-Envelope-To")


def create_page(shelf: Shelf) -> Flask:
    """A small application of its own; it has nothing to do with the service's."""
    page = Flask(__name__)
    page.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]  # a foreign site's name may point here

    @page.get("/")
    def messages() -> str:
        count, items = shelf.items()
        return render_template("list.html", count=count, items=items)

    @page.get("/items.json")
    def items() -> Response:
        return jsonify([item.as_json() for item in shelf.items()[1]])

    @page.get("/<name>")
    def message(name: str) -> str:
        mail, raw = shelf.mail(name), shelf.raw(name, "json")
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
        mail = shelf.mail(name)
        if mail is None:
            abort(404)
        content = '<!doctype html><base target="_blank">' + body(mail, "html")
        return Response(content, headers={"Content-Security-Policy": HARMLESS})

    @page.get("/<name>/raw")
    def raw(name: str) -> Response:
        content = shelf.raw(name, "eml") or abort(404)
        return Response(content, mimetype="text/plain", headers={"X-Content-Type-Options": "nosniff"})

    return page
