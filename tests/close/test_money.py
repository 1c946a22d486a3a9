"""What people type as an amount, and what it is in cents."""

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from closebot.close import Money, read_money
from closebot.close.money import _SYMBOLS, MOST_CENTS

CURRENCIES = [*_SYMBOLS, "CHF", "CZK", "JPY", "SEK", "MKD"]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("5", 500),
        ("0", 0),
        ("0.00", 0),
        ("007", 700),
        ("5k", 500000),
        ("5K", 500000),
        ("5 k", 500000),
        ("12.5k", 1250000),
        ("12,5k", 1250000),
        ("1.2m", 120000000),
        ("1.2M", 120000000),
        ("1.234k", 123400),
        ("1,234k", 123400),
        ("1,000,000k", 100000000000),
        ("5.001k", 500100),
        ("5.00125k", 500125),
        ("1.23456789m", 123456789),
        (".5k", 50000),
        ("5,000", 500000),
        ("5.000", 500000),
        ("12.500", 1250000),
        ("500000", 50000000),
        ("$5,000.50", 500050),
        ("$ 5,000.50", 500050),
        ("5,000.50 $", 500050),
        ("$5k", 500000),
        ("5k$", 500000),
        ("5 k USD", 500000),
        ("usd 5k", 500000),
        ("US$5", 500),
        ("$5 USD", 500),
        ("12.500,00", 1250000),
        ("1.250.000,5", 125000050),
        ("1,250,000.5", 125000050),
        ("1.250.000", 125000000),
        ("12 500,5", 1250050),
        ("12 500.50", 1250050),
        ("12 500", 1250000),
        ("1'000", 100000),
        ("1’000.50", 100050),
        ("1'000'000", 100000000),
        ("1,23,456.50", 12345650),
        ("12,34,567", 123456700),
        ("5,00", 500),
        ("5.0", 500),
        ("5,5", 550),
        (".50", 50),
        (",5", 50),
        ("$.50", 50),
        ("5,-", 500),
        ("1'000.–", 100000),
        ("  5,000\n", 500000),
        ("５，０００．５０", 500050),
        ("＄５ｋ", 500000),
        ("٥٠٠", 50000),
        ("12\u00a0500,50", 1250050),
        ("12\u202f500,50", 1250050),
        ("12\u2009500", 1250000),
        ("1,000,000,000,000", MOST_CENTS),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_type_it(text, cents):
    assert read_money(text) == cents


@pytest.mark.parametrize(
    ("text", "currency", "cents"),
    [
        ("€12.500,00", "EUR", 1250000),
        ("5 000 €", "EUR", 500000),
        ("5000 EUR", "EUR", 500000),
        ("CHF 1,000", "CHF", 100000),
        ("Fr. 1'000.50", "CHF", 100050),
        ("£1.2m", "GBP", 120000000),
        ("₹1,23,456.50", "INR", 12345650),
        ("Rs.500", "INR", 50000),
        ("$500", "AUD", 50000),
        ("A$500", "AUD", 50000),
        ("500 kr", "SEK", 50000),
        ("5kr", "SEK", 500),
        ("5k kr.", "SEK", 500000),
        ("5m kr", "DKK", 500000000),
        ("12 500 Kč", "CZK", 1250000),
        ("12.500,- Kč", "CZK", 1250000),
        ("500 MKD", "MKD", 50000),
        ("￥5,000", "JPY", 500000),
        ("5k", "", 500000),
        ("$5", "", 500),
    ],
)
def test_a_sign_or_code_of_the_organizations_currency_may_stand_on_either_side(
    text, currency, cents
):
    assert read_money(text, currency) == cents


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "There is no amount"),
        (" \u00a0", "There is no amount"),
        ("abc", "not an amount"),
        ("$", "not an amount"),
        ("k", "not an amount"),
        ("1e9", "not an amount"),
        ("nan", "not an amount"),
        ("inf", "not an amount"),
        ("-inf", "not an amount"),
        ("5 apples", "not an amount"),
        ("5kk", "not an amount"),
        ("5-", "not an amount"),
        ("(5)", "not an amount"),
        ("5%", "not an amount"),
        ("5+5", "not an amount"),
        ("5²", "not an amount"),
        ("½", "not an amount"),
        ("0x10", "not an amount"),
        ("1_000", "not an amount"),
        ("💰5", "not an amount"),
        ("5💰", "not an amount"),
        ("\u200e5", "not an amount"),
        ("5\u202e000", "not an amount"),
        ("5\u200b000", "not an amount"),
        ("$5k to $10k", "not an amount"),
        ("-5", "never below zero"),
        ("−5", "never below zero"),
        ("-$5", "never below zero"),
        ("$-5", "never below zero"),
        ("5,00.0.0", "not clear"),
        ("5.000.00", "not clear"),
        ("1,2,3", "not clear"),
        ("1,234,56", "not clear"),
        ("12,345.678.9", "not clear"),
        ("5 5", "not clear"),
        ("1 000'000", "not clear"),
        ("1000 000", "not clear"),
        ("5.", "not clear"),
        ("5..5", "not clear"),
        ("0.005", "two decimals"),
        (".005", "two decimals"),
        ("0,500", "two decimals"),
        ("5.0000", "two decimals"),
        ("1234.567", "two decimals"),
        ("1 234.567", "two decimals"),
        ("5.000001k", "two decimals"),
        ("1,000,000,000,000.01", "more than 1,000,000,000,000"),
        ("9999999m", "more than"),
        ("9" * 4000, "too long"),
        ("€5", "uses USD"),
        ("5 kr", "uses USD"),
        ("CHF 1,000", "uses USD"),
        ("5 eur", "uses USD"),
        ("A$5", "uses USD"),
        ("$5 CAD", "uses USD"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_reason_and_an_example(text, says):
    with pytest.raises(ValueError, match=says) as raised:
        read_money(text)
    assert str(raised.value).endswith(", for example $5,000 or 5k.")


def test_the_example_is_in_the_currency_of_the_organization():
    with pytest.raises(ValueError, match=r"uses EUR.*for example €5,000 or 5k\."):
        read_money("$5", "EUR")


@given(st.integers(0, MOST_CENTS), st.sampled_from(CURRENCIES))
@example(MOST_CENTS, "KRW")
def test_what_money_writes_is_read_back(cents, currency):
    assert read_money(str(Money(cents, currency)), currency) == cents


@given(
    st.text() | st.text("0123456789.,'-kKmM$€ \u00a0\u202fUSDr", max_size=20),
    st.sampled_from(["", *CURRENCIES]),
)
def test_no_text_raises_anything_else(text, currency):
    with contextlib.suppress(ValueError):
        assert 0 <= read_money(text, currency) <= MOST_CENTS
