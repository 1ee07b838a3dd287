"""The names of files in the folder of a domain or a feature: a vocabulary, and few others, each with a reason."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VOCABULARY = frozenset(
    {
        "models", "queries", "state", "policy", "recipients", "schemas", "presenters", "service", "create", "history",
        "publish", "privacy", "routes", "sockets", "jobs", "commands", "events", "notifications",
    }
)  # fmt: skip
MOST_OTHERS = 3
# Folders that hold a mechanism: their files are named by what they are.
MECHANISMS = frozenset(
    {
        "metaia.media.processing",
        "metaia.notifications.delivery",
        "metaia.notifications.content",
        "metaia.payments.booking",
        "metaia.products.pricing",
        "metaia.providers.logistics",
        "metaia.providers.messaging",
        "metaia.providers.payments",
        "metaia.providers.storage",
        "metaia.webhook_endpoints.sending",
        "metaia.webhooks.vendors",
    }
)
EXTRA = {
    "metaia.admin": {
        "access": "ending sessions, second factors: changes of access rights",
        "cli_actor": "the actor of commands",
        "audit_commands": "`flask audit`",
        "key_commands": "`flask reseal`",
    },
    "metaia.analytics": {
        "answers": "what is asked of a set, and its answer; pure",
        "definitions": "what each value counts; pure",
        "periods": "calendar buckets of a zone; pure",
    },
    "metaia.analytics.following": {"facts": "statements for facts", "rollups": "statements for rollups"},
    "metaia.analytics.rebuilding": {"tables": "the tables of a rebuild, and their swap"},
    "metaia.bookings": {
        "fields": "parts of bookings in bodies and answers",
        "locks": "row-locks in one order",
        "terms": "what cancelling costs, and deadlines; pure",
    },
    "metaia.bookings.feeds": {
        "calendars": "bookings as iCalendar",
        "zones": "VTIMEZONE components; pure",
    },
    "metaia.bookings.waiting": {"offering": "free times as holds"},
    "metaia.bookings.holds": {"following": "a change of the payments of a booking"},
    "metaia.bookings.money": {"purpose": "a booking as payments see it; pure"},
    "metaia.chat": {
        "fields": "messages, in answers and in events",
        "contexts": "deals and relations that higher domains register",
        "refusals": "the errors of rights",
    },
    "metaia.chat.receipts": {
        "flushing": "what was delivered, in memory and written together",
    },
    "metaia.chat.live": {"screens": "conversations on screens, and typing there: not stored"},
    "metaia.chat.messages": {
        "changing": "a message that was sent, with its conversation row-locked",
        "limits": "how many messages a user may send",
        "system": "messages of the system",
    },
    "metaia.deals.timeline": {"kinds": "what entries of each kind show"},
    "metaia.auth.account": {
        "email_change": "two mailboxes must agree",
        "erasure": "deleting an account, over all domains",
        "export": "a user's data, over all domains",
        "pages": "the page that mailed links open",
    },
    "metaia.auth.mailed_links": {"tokens": "signed tokens in links"},
    "metaia.auth.passwords": {
        "confirm": "re-authentication by password",
        "fields": "the field of a new password",
        "hash_pool": "bcrypt in threads",
    },
    "metaia.auth.second_factor": {
        "codes": "time-based codes and recovery codes",
        "encryption": "of the shared secrets",
        "reencrypt": "with a new key",
        "verification": "of a code at login",
    },
    "metaia.auth.sessions": {
        "device": "the client of a session",
        "revoked": "ended sessions in memory",
        "tokens": "access and refresh tokens",
    },
    "metaia.users": {
        "conditions": "the search by any form of a number or name",
        "pictures": "addresses of profile pictures",
    },
    "metaia.bookings.calendars": {
        "gaps": "open hours between blocks; pure",
    },
    "metaia.bookings.services": {"pictures": "of services"},
    "metaia.bookings.slots": {
        "listing": "what the public reads, from a cache",
        "offers": "open hours minus blocks; pure",
        "request": "what is asked for, with the rows that the answer depends on",
    },
    "metaia.console": {
        "cookie": "the session cookie",
        "pages": "HTML pages",
        "rq_dashboard": "the vendored dashboard",
        "session_auth": "authentication by cookie",
    },
    "metaia.payments.trail": {"keys": "the facts that keys of postings name; pure"},
    "metaia.finance.statements": {
        "audit_rules": "of the ledger's auditor",
        "pdf": "statements as PDF",
        "spreadsheet": "statements as CSV",
    },
    "metaia.finance.transactions": {
        "kinds": "the types of lines; pure",
        "lines": "the lines of a user's account, as SQL",
    },
    "metaia.finance": {
        "audit_rules": "of the ledger's auditor",
        "days": "of FINANCE_TIMEZONE",
    },
    "metaia.finance.payout_accounts": {"sealed": "encrypted details"},
    "metaia.finance.payouts": {"booking": "postings; pure"},
    "metaia.finance.credit": {"debts": "what is due; pure", "risk": "the risk grade; pure"},
    "metaia.ledger": {
        "chart": "the kinds of accounts, and the values of callers; pure",
        "errors": "SQLSTATEs of the triggers",
    },
    "metaia.ledger.audit": {
        "registry": "rules that domains register",
        "rules": "those of the ledger itself",
    },
    "metaia.media": {
        "kinds": "accepted types and limits",
        "renditions": "the files of one media object",
        "waiting": "for the end of the processing",
    },
    "metaia.media.cleaning": {
        "reconcile": "the store compared with the tables",
        "report": "what operators see",
        "trash": "keys to delete from stores",
    },
    "metaia.media.direct": {"incoming": "bytes for the local store"},
    "metaia.media.hiding": {"moving": "files between public and private keys"},
    "metaia.media.receiving": {
        "reading": "the file in a request",
        "sniffing": "the type of a file by its bytes",
        "spool": "the temporary file",
    },
    "metaia.media.serving": {"addresses": "of renditions", "pieces": "files that threads read"},
    "metaia.media.uses": {
        "registry": "kinds of subjects that domains register",
        "access": "access rules to one file",
    },
    "metaia.notifications": {
        "registry": "notification types and channels",
        "retention": "purging old notifications",
        "user_inbox": "a user's list",
    },
    "metaia.notifications.announcements": {
        "drafts": "what is not sent yet, and the rules of its times",
        "retention": "what is deleted after how long",
        "storing": "batches of notifications",
    },
    "metaia.notifications.campaigns": {
        "audience_filters": "conditions that domains register",
        "sending": "batches of recipients",
    },
    "metaia.notifications.preferences": {"unsubscribe_routes": "pages behind links in mails"},
    "metaia.notifications.support": {
        "retry": "of a failed delivery",
        "stats": "counts of deliveries",
        "stats_schemas": "their answer",
        "trace": "the story of one notification",
        "trace_schemas": "its answer",
    },
    "metaia.offers": {"fields": "contact data, and codes of refusals"},
    "metaia.offers.rounds": {"amounts": "sums in minor units; pure"},
    "metaia.operations": {
        "advance": "batches of items",
        "items": "one item with its result",
        "load": "how long jobs of other queues wait",
    },
    "metaia.operations.actions": {
        "kinds": "the shape of a kind of items",
        "orders": "actions on orders",
        "users": "actions on users",
    },
    "metaia.orders": {
        "fields": "an estimate, and values of the apps that are not used",
        "hooks": "what higher domains do with each change",
    },
    "metaia.orders.quotes": {
        "cart": "the body as a cart",
        "terms": "the terms of a shop for a cart",
        "refusals": "the errors by which a body is refused",
    },
    "metaia.orders.charges": {"terms": "the shares of an order's money; pure"},
    "metaia.orders.customers": {"campaign_filters": "audiences by orders"},
    "metaia.couriers": {
        "positions": "positions of couriers, in Redis",
    },
    "metaia.deliveries": {
        "listing": "lists as their viewers see them",
        "places": "where deliveries begin and end",
    },
    "metaia.deliveries.tracking": {"near": "couriers near an order"},
    "metaia.orders.money": {
        "purpose": "an order as payments see it; pure",
        "following": "a change of its payments",
        "audit_rules": "for the ledger's auditor",
    },
    "metaia.payments": {
        "facts": "sets of what providers state",
        "stored_facts": "as rows",
        "audit_rules": "for the ledger's auditor",
    },
    "metaia.payments.purposes": {"registry": "domains register what can be paid"},
    "metaia.payments.disputes": {
        "actions": "what admins do",
        "answering": "calls of providers",
        "rows": "kept in step with the facts",
    },
    "metaia.payments.refunds": {
        "actions": "what users do, each in one transaction",
        "rows": "kept in step with the facts",
        "sending": "calls of providers",
    },
    "metaia.payments.reconciliation": {"rows": "of providers' reports as lines"},
    "metaia.presence": {"leases": "who is online, in Redis"},
    "metaia.reviews": {"fields": "reviews, in answers and in events"},
    "metaia.shipments": {
        "carriers": "those of this installation",
        "fields": "shipments, in answers and in events",
        "tokens": "of the public page",
    },
    "metaia.shops": {
        "availability": "whether a shop takes orders; pure",
        "polygons": "delivery areas on the map; pure",
        "terms": "at which terms a shop delivers; pure",
    },
    "metaia.products": {
        "records": "a catalogue as plain records; pure",
    },
    "metaia.shops.delivery_areas": {"registry": "what other domains know of fees"},
    "metaia.shops.directory": {
        "conditions": "filters as SQL",
        "registry": "what other domains add",
    },
    "metaia.products.csv": {
        "columns": "cells as values; pure",
        "plan": "what the rows of a file change; pure",
        "reading": "a file as rows; pure",
    },
    "metaia.webhook_endpoints": {
        "addresses": "which addresses an endpoint may have",
        "pauses": "stopping and resuming, by owners, admins and the system",
        "sealed": "encrypted secrets",
    },
    "metaia.products.imports": {"running": "one import by a job, in one transaction"},
    "metaia.webhooks.replays": {
        "running": "calls again, in one transaction",
        "result": "what a replay did, as JSON",
        "snapshots": "what calls are about, before and after",
    },
    "metaia.system": {
        "pages": "the index and its page",
        "health": "liveness and readiness",
        "metrics": "for Prometheus and staff",
    },
    "metaia.system.performance": {"vendors": "calls of vendors, and their circuit breakers"},
    "metaia.system.releases": {"release": "version, commit, start"},
}
# Folders of before this rule; they may not grow.
LARGER = {"metaia.admin": 4, "metaia.auth.account": 4, "metaia.auth.second_factor": 4, "metaia.console": 4,
          "metaia.notifications.support": 5}  # fmt: skip


def folders() -> list[str]:
    """Return the containers of the contract for layers of files in pyproject.toml."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    [containers] = [contract["containers"] for contract in linter["contracts"] if "containers" in contract]
    return sorted(set(containers) - MECHANISMS)


@pytest.mark.parametrize("folder", folders())
def test_files_have_names_of_the_vocabulary_or_a_reason(folder: str) -> None:
    files = {path.stem for path in (ROOT / folder.replace(".", "/")).glob("*.py")} - {"__init__"}
    extra = EXTRA.get(folder, {})
    assert files - VOCABULARY == extra.keys()
    assert len(extra) <= LARGER.get(folder, MOST_OTHERS)


def test_every_folder_of_a_domain_is_in_the_contract() -> None:
    """A folder with `routes.py` or `service.py` is a domain or a feature, so its layers are checked."""
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for name in ("routes", "service")
        for path in (ROOT / "metaia").rglob(f"{name}.py")
    }
    assert found - {"metaia.realtime"} <= {*folders(), *MECHANISMS}
