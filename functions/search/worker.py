"""Keeps the index up to date: hears of every change of a record that can be searched for."""

from collections.abc import Mapping
from typing import Any

from functions.search.postings import Told, index
from kernel.audit import PURGED
from kernel.worker import Worker

handler = Worker("search")


@handler.every
def changed(details: list[Mapping[str, Any]]) -> None:
    """Idempotent by the record's head in the index: an older version, or the same again, changes nothing."""
    for detail in details:
        told = detail["search"]
        tokens = [] if detail["event"].endswith(PURGED) else told["tokens"]
        index(Told(detail["subject"], detail["version"], told["title"], tokens, detail["tenant_id"]))
