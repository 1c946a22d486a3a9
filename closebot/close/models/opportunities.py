"""Opportunities, and what a list of them adds up to."""

from typing import Any

from pydantic import Field, model_validator

from closebot.close.models.base import Customized, Day, Id, Instant, Record, Sum, Text, Whole
from closebot.close.money import Money


class Opportunity(Customized):
    """A deal. `value` is in cents; `date_won` of an active one is its expected close date.

    `status_type` is active, won or lost; `value_period` is one_time, monthly or annual.
    """

    id: Id
    lead_id: Text = ""
    lead_name: Text = ""
    contact_id: Text = ""
    contact_name: Text = ""
    user_id: Text = ""
    user_name: Text = ""
    status_id: Text = ""
    status_label: Text = ""
    status_type: Text = ""
    pipeline_id: Text = ""
    pipeline_name: Text = ""
    value: Whole = None
    value_currency: Text = ""
    value_formatted: Text = ""
    value_period: Text = ""
    confidence: Whole = None
    expected_value: Whole = None
    annualized_value: Whole = None
    annualized_expected_value: Whole = None
    date_won: Day = None
    date_lost: Instant = None
    note: Text = ""
    date_created: Instant = None
    date_updated: Instant = None

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        return cls.gather(data)

    @property
    def is_open(self) -> bool:
        """Say whether it is neither won nor lost."""
        return self.status_type not in ("won", "lost")

    @property
    def money(self) -> Money | None:
        """The value, or None where none was given."""
        return None if self.value is None else Money(self.value, self.value_currency or "USD")

    @property
    def money_text(self) -> str:
        """The value for people, with its period: `$12,500.50 monthly`; empty without one."""
        if self.money is None:
            return ""
        period = self.value_period if self.value_period in ("monthly", "annual") else ""
        return f"{self.money} {period}".strip()


class OpportunityTotals(Record):
    """What all opportunities of a list add up to, also those that were not sent; in cents.

    `count_by_value_period` leaves out periods without any.
    """

    total_results: Sum = 0
    count_by_value_period: dict[str, Sum] = Field(default_factory=dict)
    total_value_one_time: Sum = 0
    total_value_monthly: Sum = 0
    total_value_annual: Sum = 0
    total_value_annualized: Sum = 0
    expected_value_one_time: Sum = 0
    expected_value_monthly: Sum = 0
    expected_value_annual: Sum = 0
    expected_value_annualized: Sum = 0


class OpportunityGroup(OpportunityTotals):
    """What the opportunities of one owner add up to, or those of one week, month, quarter or year.

    `key` is the owner's id, or the period as Close writes it; empty for those without a date.
    `week` (ISO 8601) goes with `weekyear`, the others with `year`.
    """

    key: Text = ""
    user_id: Text = ""
    user_name: Text = ""
    year: Whole = None
    quarter: Whole = None
    month: Whole = None
    weekyear: Whole = None
    week: Whole = None
