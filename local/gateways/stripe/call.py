"""One request as an operation sees it: parameters, the object in the path, the store, and the events it causes."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from local.gateways.stripe import faults
from local.gateways.stripe.errors import Json, invalid, missing
from local.gateways.stripe.forms import Params
from local.gateways.stripe.store import Store, new_id

API_VERSION = "2026-10-28.endive"  # the version that stripe 16.1.0 speaks
REORDER_SECONDS = 0.3


@dataclass(frozen=True)
class Call:
    """`id` is the one in the path; `request` is what events carry: `{"id": req_…, "idempotency_key": …}`."""

    store: Store
    params: Params
    id: str
    request: Json
    at: float = field(default_factory=time.time)  # one moment for all of its events

    def subject(self, kind: str) -> Json:
        """The object that the path names, or 404."""
        found = self.store.get(self.id, kind)
        if found is None:
            raise missing(kind, self.id, param="id")
        return found

    def reference(self, kind: str, name: str) -> Json | None:
        """The object that a parameter names, None without it, 400 for an unknown one."""
        id = self.params.text(name)
        if id is None:
            return None
        found = self.store.get(id, kind)
        if found is None:
            raise missing(kind, id, param=name, status=400)
        return found

    def emit(self, type: str, subject: Json) -> None:
        """Record an event with the object as it is now, and schedule its webhooks as the faults say."""
        event: Json = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": now(),
            "data": {"object": public(subject)},
            "livemode": False,
            "pending_webhooks": 0,
            "request": self.request,
            "type": type,
        }
        self.store.save(event)
        for endpoint in self.store.find("webhook_endpoint", {}):
            if {"*", type} & set(endpoint["enabled_events"]):
                self._schedule(event["id"], endpoint["id"])

    def _schedule(self, event: str, endpoint: str) -> None:
        if faults.strikes(self.store, "drop"):
            return
        told = faults.read(self.store)
        due = self.at + told.delay_seconds
        if told.reorder:  # what falls into one window is sent newest first
            due = ceil(due / REORDER_SECONDS + 0.2) * REORDER_SECONDS
        for _ in range(told.duplicate):
            self.store.schedule(event, endpoint, due=due, direction=-1 if told.reorder else 0)


Operation = Callable[[Call], Json]


def now() -> int:
    return int(time.time())


def public(value: Any) -> Any:
    """The value without what only the simulator knows: names that start with an underscore."""
    if isinstance(value, dict):
        return {name: public(inner) for name, inner in value.items() if not name.startswith("_")}
    return [public(inner) for inner in value] if isinstance(value, list) else value


def expanded(store: Store, value: Any, path: list[str]) -> Any:
    """The value with the ids along `path` replaced by their objects, as `expand[]=latest_charge.balance_transaction` asks."""
    if isinstance(value, list):
        return [expanded(store, one, path) for one in value]
    if isinstance(value, str):
        value = store.get(value)
        if value is None:
            raise invalid(f"This property cannot be expanded ({path[0] if path else ''}).", param="expand")
    if not path or value is None:
        return value
    name, rest = path[0], path[1:]
    if not isinstance(value, dict) or name not in value:
        raise invalid(f"This property cannot be expanded ({name}).", param="expand")
    return value | {name: expanded(store, value[name], rest)}


def page(call: Call, kind: str, url: str, filters: Json | None = None) -> Json:
    """A list of a kind, newest first, 1 to 100 objects, from the object after `starting_after` (or before `ending_before`)."""
    limit = call.params.integer("limit")
    limit = 10 if limit is None else limit
    if not 1 <= limit <= 100:
        raise invalid("Invalid limit: must be between 1 and 100", param="limit")
    where = {name: value for name, value in (filters or {}).items() if value is not None} | _created(call.params)
    before = call.reference(kind, "ending_before")
    beyond = before or call.reference(kind, "starting_after")
    found = call.store.find(kind, where, limit=limit + 1, beyond=beyond["id"] if beyond else None, newest_first=not before)
    data = found[:limit][::-1] if before else found[:limit]
    return {"object": "list", "url": url, "has_more": len(found) > limit, "data": data}


def _created(params: Params) -> Json:
    """`created=…` or `created[gte]=…` and its like, in seconds since 1970."""
    asked = params.values.get("created")
    bounds = {"": asked} if isinstance(asked, str) else params.mapping("created")
    if not bounds.keys() <= {"", "gt", "gte", "lt", "lte"}:
        raise invalid("Invalid created: use gt, gte, lt, lte", param="created")
    reader = Params(bounds)
    return {f"created__{operator}" if operator else "created": reader.integer(operator) for operator in bounds}
