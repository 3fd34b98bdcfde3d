"""The pure rules of invoices: states, discounts, tax, totals, what balances take and give, and numbers. No clock, no I/O, no floats."""

from functions.invoices.rules.derivations import base_within, explain, price_of
from functions.invoices.rules.discounts import AppliedDiscount, Discount, apply_discounts
from functions.invoices.rules.dunning import DEFAULT_POLICY, given_up_at, next_attempt, upcoming_attempt
from functions.invoices.rules.numbering import issue_date, number
from functions.invoices.rules.states import TRANSITIONS, Command, InvoiceState, Refusal, transition
from functions.invoices.rules.tax import EU_COUNTRIES, TaxTreatment, tax_treatment
from functions.invoices.rules.totals import Settlement, TaxedLine, TaxRow, Totals, of_balance, split_credit, totals

__all__ = [
    "DEFAULT_POLICY",
    "EU_COUNTRIES",
    "TRANSITIONS",
    "AppliedDiscount",
    "Command",
    "Discount",
    "InvoiceState",
    "Refusal",
    "Settlement",
    "TaxRow",
    "TaxTreatment",
    "TaxedLine",
    "Totals",
    "apply_discounts",
    "base_within",
    "explain",
    "given_up_at",
    "issue_date",
    "next_attempt",
    "number",
    "of_balance",
    "price_of",
    "split_credit",
    "tax_treatment",
    "totals",
    "transition",
    "upcoming_attempt",
]
