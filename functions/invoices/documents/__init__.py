"""The two documents of an invoice, made from its finalized snapshot and from nothing else.

Both functions are pure: the same snapshot gives the same bytes on every call, in every process. Amounts of a snapshot are
integer minor units, unit prices decimal strings in minor units, tax rates decimal strings in percent.
"""

from typing import Any

Snapshot = dict[str, Any]


def pdf(snapshot: Snapshot) -> bytes:
    """A PDF/A-3a of A4 pages in the language of the snapshot; DRAFT and VOID are stamped across the page.

    When a text holds a character that no font here can draw, the file is an ordinary PDF, for PDF/A forbids the empty box.
    """
    from functions.invoices.documents import page  # typst and babel: most callers of this package need only one of the two

    return page.render(snapshot)


def xlsx(snapshot: Snapshot) -> bytes:
    """A workbook of four sheets: Invoice, Lines, Derivations (how each amount came about) and Taxes; amounts in major units."""
    from functions.invoices.documents import workbook  # openpyxl costs 200 ms of a cold start

    return workbook.render(snapshot)
