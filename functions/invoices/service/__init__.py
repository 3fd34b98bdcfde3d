"""What can be done to invoices."""

from functions.invoices.service.collection import collect_now, collected, failed, step
from functions.invoices.service.drafts import breakdown, create, discard, preview
from functions.invoices.service.finalizing import Order, finalize, finalize_one
from functions.invoices.service.returns import charged_back, refunded
from functions.invoices.service.settle import mark_paid, mark_uncollectible, retry, void

__all__ = [
    "Order",
    "breakdown",
    "charged_back",
    "collect_now",
    "collected",
    "create",
    "discard",
    "failed",
    "finalize",
    "finalize_one",
    "mark_paid",
    "mark_uncollectible",
    "preview",
    "refunded",
    "retry",
    "step",
    "void",
]
