import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.core.money import MAX_MINOR, currencies, exponent, to_major, to_minor

CURRENCIES = st.sampled_from(sorted(currencies()))


@given(CURRENCIES, st.integers(-MAX_MINOR, MAX_MINOR))
def test_an_amount_survives_the_way_to_a_client_and_back(currency, minor):
    shown = json.loads(json.dumps(to_major(minor, currency)))
    assert to_minor(Decimal(str(shown)), currency) == minor


@given(CURRENCIES, st.decimals(-(10**9), 10**9, places=6))
def test_an_amount_is_taken_exactly_or_refused(currency, amount):
    exact = amount * 10 ** exponent(currency)
    if exact == exact.to_integral_value():
        assert to_minor(amount, currency) == exact
    else:
        with pytest.raises(ValueError, match=f"{currency} has {exponent(currency)} decimals"):
            to_minor(amount, currency)


@pytest.mark.parametrize(
    ("currency", "decimals"), [("EUR", 2), ("INR", 2), ("JPY", 0), ("KWD", 3), ("IQD", 3)]
)
def test_decimals_are_those_of_iso_4217(currency, decimals):
    assert exponent(currency) == decimals
    assert currency in currencies()


@pytest.mark.parametrize("code", ["DEM", "XXX", "XTS", "XAU", "eur", "", "EURO"])
def test_what_is_not_money_today_is_no_currency(code):
    assert code not in currencies()


@pytest.mark.parametrize("amount", ["1E-999999", "0.001", "10.00000000000000000000000000000000000001"])
def test_not_even_the_smallest_part_is_lost_silently(amount):
    with pytest.raises(ValueError, match="2 decimals"):
        to_minor(Decimal(amount), "EUR")


@pytest.mark.parametrize("amount", ["100000000000.01", "1E+99999999", "-1E+99999999"])
def test_too_large_amounts_are_refused_at_once(amount):
    with pytest.raises(ValueError, match="too large"):
        to_minor(Decimal(amount), "EUR")


def test_whole_amounts_are_shown_without_a_point():
    assert json.dumps(to_major(1200, "EUR")) == "12"
    assert json.dumps(to_major(1250, "EUR")) == "12.5"
