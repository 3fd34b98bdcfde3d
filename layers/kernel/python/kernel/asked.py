"""What a caller asks of a list: query parameters, read and checked before anything is read."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from kernel.audit import digest
from kernel.clock import parse, wall
from kernel.cursors import opened
from kernel.filters import Condition, attribute_of, condition, truth
from kernel.problems import BadRequest
from kernel.records import Json, Record

MAX_LIMIT, DEFAULT_LIMIT = 100, 50
CONTROLS = ("limit", "cursor", "sort", "include_deleted", "fields")
_ALWAYS = ("created_at", "updated_at", "id")  # every record has them, and may be sorted by them


@dataclass(frozen=True)
class Asked:
    """A list request, read and checked. `after` is the position in its cursor, `now` what its relative dates count from."""

    conditions: tuple[Condition, ...]
    sort: str | None
    descending: bool
    limit: int
    after: str | None
    include_deleted: bool
    now: datetime
    identity: str = field(default="")  # what a cursor is bound to

    @cached_property
    def equal(self) -> Mapping[str, tuple[Any, ...]]:
        """{field: the values that it may have}; none, where conditions contradict each other."""
        found: dict[str, tuple[Any, ...]] = {}
        for each in self.conditions:
            if each.operator == "in":
                found[each.field] = tuple(value for value in found.get(each.field, each.values) if value in each.values)
        return found


def read(params: Mapping[str, str], *, kind: type[Record], filters: Sequence[str], choices: Mapping[str, frozenset[str]],
         principal: str, only: Mapping[str, tuple[Any, ...]] | None = None, now: datetime | None = None) -> Asked:
    """Query parameters to what is asked, or a 400 that names the parameter and what is allowed, before anything is read.

    `only` {field: values} is asked on top, whatever the caller asks. Relative dates count from `now`, which a cursor keeps for the
    next page.
    """
    if len(params) > 20 or sum(len(k) + len(v) for k, v in params.items()) > 2048:
        raise BadRequest("at most 20 parameters of 2 KB in all", code="too_many_parameters")
    forced = [(name, values) for name, values in sorted((only or {}).items())]
    same = sorted((name, text) for name, text in params.items() if name not in ("cursor", "limit", "fields"))
    bound = digest(json.dumps([kind.table(), kind.prefix, principal, same, forced], default=str))
    after, now = None, now or wall()
    if cursor := params.get("cursor"):
        text = opened(cursor, bound)
        after, now = text[27:], parse(text[:27])
    asked = [condition(name, text, kind=kind, filters=filters, choices=choices, now=now)
             for name, text in params.items() if name not in CONTROLS]
    sort = params.get("sort")
    if sort is not None and sort.removeprefix("-") not in (sorts := _sorts(kind, filters)):
        raise BadRequest(f"cannot sort by {sort[:100]}", code="unknown_sort", field="sort", allowed=sorts)
    return Asked((*asked, *(Condition(name, "in", tuple(values)) for name, values in forced)),
                 None if sort is None else sort.removeprefix("-"), sort is None or sort.startswith("-"), page_size(params.get("limit")),
                 after, truth("include_deleted", params.get("include_deleted", "false")), now, bound)


def page_size(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) == 0:
        raise BadRequest("limit is a whole number from 1", code="bad_limit", field="limit")
    return min(int(text), MAX_LIMIT)


def _sorts(kind: type[Record], filters: Sequence[str]) -> list[str]:
    plain = {name for name in filters if not isinstance(attribute_of(kind, name), Json)}
    return sorted(plain | {path.sort for path in kind.paths} | set(_ALWAYS))
