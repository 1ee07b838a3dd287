"""The page of the development mailbox: a list, and each message as text and as HTML that may do nothing."""

import email
import re
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from flask import Flask, Response, abort, render_template_string

FRAME = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ title }}</title><style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .35rem .6rem .35rem 0;
border-bottom: 1px solid #ddd; vertical-align: top } a { color: #0a58ca }
iframe { width: 100%; height: 32rem; border: 1px solid #ccc; background: #fff } pre { white-space: pre-wrap }
</style>"""

LIST = """<meta http-equiv="refresh" content="5"><h1>Mail</h1>
{% if messages %}<table><tr><th>Received</th><th>To</th><th>Subject</th></tr>{% for m in messages %}
<tr><td>{{ m.date }}</td><td>{{ m.to }}</td>
<td><a href="/{{ m.name }}">{{ m.subject or "(no subject)" }}</a></td></tr>
{% endfor %}</table>{% else %}<p>No mail yet. This page looks again every 5 seconds.</p>{% endif %}"""

MESSAGE = """<p><a href="/">All mail</a></p><h1>{{ m.subject }}</h1>
<table>{% for field, value in m.fields %}<tr><th>{{ field }}</th><td>{{ value }}</td></tr>{% endfor %}</table>
{% if m.html %}<h2>HTML</h2>
<iframe sandbox="allow-popups" src="/{{ m.name }}/html" title="HTML"></iframe>{% endif %}
<h2>Text</h2><pre>{{ m.text }}</pre><p><a href="/{{ m.name }}/raw">The message as it came</a></p>"""

# The sender decides what is in there: no scripts, no requests, links open outside.
HARMLESS = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
NAME = re.compile(r"\d{20}-\d{4}")


def create_page(folder: Path) -> Flask:
    """A small application of its own; it has nothing to do with the service's."""
    page = Flask(__name__)
    page.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]  # a foreign site's name may point here

    @page.get("/")
    def messages() -> str:
        names = sorted((path.stem for path in folder.glob("*.eml")), reverse=True)
        found = [_summary(name, _read(folder, name)) for name in names[:100]]
        return render_template_string(FRAME + LIST, title=f"Mail ({len(names)})", messages=found)

    @page.get("/<name>")
    def message(name: str) -> str:
        found = _summary(name, _read(folder, name))
        return render_template_string(FRAME + MESSAGE, title=found["subject"], m=found)

    @page.get("/<name>/html")
    def html(name: str) -> Response:
        body = '<!doctype html><base target="_blank">' + _body(_read(folder, name), "html")
        return Response(body, headers={"Content-Security-Policy": HARMLESS})

    @page.get("/<name>/raw")
    def raw(name: str) -> Response:
        return Response(
            _bytes(folder, name), mimetype="text/plain", headers={"X-Content-Type-Options": "nosniff"}
        )

    return page


def _bytes(folder: Path, name: str) -> bytes:
    path = folder / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.is_file():
        abort(404)
    return path.read_bytes()


def _read(folder: Path, name: str) -> EmailMessage:
    return email.message_from_bytes(_bytes(folder, name), policy=default)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _summary(name: str, message: EmailMessage) -> dict[str, object]:
    shown = ("From", "To", "Date", "Subject", "X-Envelope-To")
    return {
        "name": name,
        "subject": message.get("Subject", ""),
        "to": message.get("To") or message.get("X-Envelope-To", ""),
        "date": message.get("Date", ""),
        "fields": [(field, message[field]) for field in shown if message[field]],
        "html": _body(message, "html") != "",
        "text": _body(message, "plain"),
    }
