"""The pure rules of invoices: states, discounts, tax, totals, what balances take and give, and numbers. No clock, no I/O, no floats."""

from functions.invoices.rules.derivations import explain
from functions.invoices.rules.discounts import AppliedDiscount, Discount, apply_discounts
from functions.invoices.rules.numbering import issue_date, number
from functions.invoices.rules.states import TRANSITIONS, Command, Refusal, Refused, State, transition
from functions.invoices.rules.tax import EU_COUNTRIES, TaxTreatment, tax_treatment
from functions.invoices.rules.totals import Settlement, TaxedLine, TaxRow, Totals, split_credit, totals

__all__ = [
    "EU_COUNTRIES",
    "TRANSITIONS",
    "AppliedDiscount",
    "Command",
    "Discount",
    "Refusal",
    "Refused",
    "Settlement",
    "State",
    "TaxRow",
    "TaxTreatment",
    "TaxedLine",
    "Totals",
    "apply_discounts",
    "explain",
    "issue_date",
    "number",
    "split_credit",
    "tax_treatment",
    "totals",
    "transition",
]
