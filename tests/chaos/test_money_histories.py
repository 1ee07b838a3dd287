"""Money in three currencies while webhooks are lost, doubled, late and shuffled, and processes are killed with -9.

Orders and bookings are paid, and their partner is paid out. At the end nothing is left to do, the auditor and the check
of bookings find nothing, and the books of providers and bank are those of the ledger to the minor unit.
`MONEY_HISTORIES=20 make chaos ARGS="-k whatever_is_lost"` plays more; the first one is always the same.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from metaia.core.ids import new_id
from tests.chaos.installation import promote
from tests.chaos.money_histories import CURRENCIES, History, histories
from tests.chaos.money_run import Run
from tests.chaos.money_shop import MoneyShop
from tests.chaos.payment_providers import Line
from tests.chaos.payments_at_razorpay import Razorpay
from tests.chaos.payments_at_stripe import Stripe
from tests.e2e.stack import kill, stack
from tests.providers.payments.stubs import razorpay, stripe
from tests.support.people import World

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
HISTORIES = int(os.environ.get("MONEY_HISTORIES", "1"))
MONEY = "SELECT captured, refunded FROM payments WHERE id = %s"
LONG_AGO = (
    "UPDATE bookings SET updated_at = now() - interval '2 hours'"  # what is given back was given back by then
)
ENDED = "SELECT status, payment ->> 'status', count(*) FROM bookings GROUP BY 1, 2 ORDER BY 1, 2"
BALANCES = "SELECT owner, currency, posted FROM ledger_now() WHERE kind = 'gateway' AND posted <> 0"


@pytest.fixture(scope="module")
def shop(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[MoneyShop]:
    at_razorpay, at_stripe = Razorpay(), Stripe()
    with ExitStack() as running:
        patch = running.enter_context(pytest.MonkeyPatch.context())
        for vendor in (razorpay, stripe):
            patch.setattr(vendor, "NOW", int(time.time()))
        stubs = [running.enter_context(each.stub()) for each in (at_razorpay, at_stripe)]
        credentials = {
            "RAZORPAY_KEY_ID": razorpay.KEY_ID, "RAZORPAY_KEY_SECRET": razorpay.KEY_SECRET,
            "RAZORPAY_WEBHOOK_SECRET": razorpay.WEBHOOK_SECRET, "RAZORPAY_BASE_URL": stubs[0].url,
            "STRIPE_SECRET_KEY": stripe.SECRET_KEY, "STRIPE_PUBLISHABLE_KEY": stripe.PUBLISHABLE_KEY,
            "STRIPE_WEBHOOK_SECRET": stripe.WEBHOOK_SECRET, "STRIPE_BASE_URL": stubs[1].url,
            "WEB_CONCURRENCY": "1", "RATELIMIT_ENABLED": "false", "FINANCE_TIMEZONE": "UTC",
            "ACCESS_TOKEN_MINUTES": "240",  # many histories on a busy machine
        }  # fmt: skip
        folder = tmp_path_factory.mktemp("histories")
        own, _ = running.enter_context(stack(environment | credentials, folder))
        web = own.web()
        with World(own.url) as world:
            people = (world.person(), world.person("tailor"), promote(own, world))
        shop = MoneyShop(own, *people, {"razorpay": at_razorpay, "stripe": at_stripe})
        shop.furnish(CURRENCIES)
        kill(web)
        yield shop


def test_whatever_is_lost_all_books_agree(shop: MoneyShop) -> None:
    settled: set[str] = set()
    fates: Counter[str] = Counter()

    @settings(
        max_examples=HISTORIES,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(histories())
    def play(history: History) -> None:
        run = Run(shop, history)
        try:
            run.play()
            check_payments(shop, run)
            check_balances(shop, settled)
            reconcile(shop, settled)
            shop.bank.check(shop)
        finally:
            for process in shop.own.named().values():
                kill(process)
        shop.own.rows(LONG_AGO)
        for command in (("audit-money", "--full"), ("bookings", "check")):
            assert shop.own.flask(*command) == 0, shop.own.log(command[0])[-2000:]
        fates.update(run.calls.fates)

    play()
    print(f"webhooks: {dict(fates)}, payouts: {dict(shop.bank.fates)}")
    print(shop.own.rows(ENDED))
    assert shop.own.rows(BALANCES) == []


def check_payments(shop: MoneyShop, run: Run) -> None:
    """Check that each payment has captured what its provider has, and that each of our refunds was made once."""
    for sale in run.sales:
        provider = shop.providers[CURRENCIES[sale.life.currency]]
        theirs = provider.captured(sale.reference)
        captured = theirs["amount"] if theirs else 0
        assert shop.own.rows(MONEY, sale.payment_id) == [(captured, provider.refunded(sale.reference))], sale
    for provider in shop.providers.values():
        made = provider.refund_ids()
        assert len(made) == len(set(made)), made


def check_balances(shop: MoneyShop, settled: set[str]) -> None:
    """Check that the ledger has, of each provider and currency, what the provider's books have."""
    theirs = {
        (provider, currency): sum(net for key, net, _ in new_lines(shop, currency, settled))
        for currency, provider in CURRENCIES.items()
    }
    ours = {(owner, currency): posted for owner, currency, posted in shop.own.rows(BALANCES)}
    assert ours == {key: amount for key, amount in theirs.items() if amount}


def reconcile(shop: MoneyShop, settled: set[str]) -> None:
    """Let the providers pay out all that they have; each line of their reports must agree with our facts."""
    for currency, provider in CURRENCIES.items():
        lines = new_lines(shop, currency, settled)
        if not lines:
            continue
        body = {
            "provider": provider,
            "settlementId": f"setl_{new_id()}",
            "rows": [row for _, _, row in lines],
        }
        answer = shop.ask(shop.admin, "POST", "/api/admin/reconciliation/settlements", body)
        assert answer.status_code == 201, answer.text
        states = answer.json()["data"]["settlement"]["states"]
        assert states.keys() <= {"matched", "not_compared"}, states
        settled.update(key for key, _, _ in lines)
        shop.bank.book[currency] += sum(net for _, net, _ in lines)


def new_lines(shop: MoneyShop, currency: str, settled: set[str]) -> list[Line]:
    """Return what was not paid out yet."""
    return [line for line in shop.providers[CURRENCIES[currency]].lines(currency) if line[0] not in settled]
