"""What is heard becomes figures. Each use case may hear the same again, and in any order: the figures depend on what was heard alone."""

import json
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from zlib import crc32

from functions.insights import ledger
from functions.insights.ledger import Change, Sums, number
from functions.insights.rules import TODAY, State, cohorts, latest, sums
from kernel import dynamodb
from kernel.clock import parse, stamp
from kernel.config import table
from kernel.dynamodb import Item
from kernel.paths import encode
from kernel.worker import Event

AT_ONCE = 20  # states that fit into one transaction with the days and months that they move


def subscriptions(tenant_id: str, currency: str, told: Sequence[State]) -> None:
    """What versions of a tenant's subscriptions said of themselves. One that is known already is passed over."""
    for some in dynamodb.chunks(told, AT_ONCE):
        ledger.apply(partial(_recorded, tenant_id, currency, some))


def state(told: Any, event: Event) -> State:
    """What an event of a subscription says of it; `told` is whichever payload of theirs."""
    return State(event.subject, event.version, event.at, told.status, told.plan_id, told.monthly, told.trial)


def invoice(id: str, version: int, currency: str, *, due_on: str = "", amount: int = 0) -> None:
    """An invoice is owed, by that day and that much (minor units), or with an amount of 0 is not. An older version changes nothing."""
    now, due = ("totals", currency), (f"due#{currency}", due_on)
    new: Sums = {(*now, "open"): 1, (*now, "owed"): amount, (*due, "count"): 1, (*due, "amount"): amount} if amount else {}
    moved = ledger.apply(partial(_newest, id, version, new))
    for (pk, sk, name), by in moved.items():
        if name == "count" and by < 0:
            ledger.remove_empty(pk, sk, name)


def tenant(id: str, version: int, status: str) -> None:
    """Where a tenant is in its life. An older version changes nothing."""
    ledger.apply(partial(_newest, id, version, {("tenants", "#", status): 1}))


def signal(told: Any, event: Event, kind: str) -> None:
    """What happened to an invoice, for the facts by which a tenant is judged. Kept by invoice and version, each once."""
    item = dynamodb.key(f"{told.tenant_id}#{told.currency}", f"heard#{stamp(event.at)}#{event.subject}#{event.version:010d}") | {
        "invoice_id": {"S": event.subject}, "kind": {"S": kind}, "at": {"S": stamp(event.at)}}
    if due_on := getattr(told, "due_on", None):
        item["due_on"] = {"S": due_on}
    dynamodb.client().put_item(TableName=table("insights"), Item=item)


def _recorded(tenant_id: str, currency: str, told: Sequence[State]) -> Change | None:
    pk = f"{tenant_id}#{currency}"
    head = ledger.get(pk)
    known = [state_of(item) for item in dynamodb.children(table("insights"), pk, "sub_")] if head else []
    missing = _unknown(told, known)
    if not missing:
        return None
    states = [*known, *missing]
    mrr = sum(state.mrr for state in latest(states))
    item = dynamodb.key(pk) | {"revision": {"N": str(number(head, "revision") + 1)}, "mrr": {"N": str(mrr)}, "tenant_id": {"S": tenant_id},
                               "currency": {"S": currency}}
    item |= {"gsi7pk": {"S": f"heads#{crc32(pk.encode()) % 16:02d}"}, "gsi7sk": {"S": pk}}
    if mrr:
        item |= {"gsi1pk": {"S": f"mrr#{currency}"}, "gsi1sk": {"S": f"{encode(min(mrr, 10**19))}#{tenant_id}"}}
    return Change(head, item, "revision", _placed(currency, known), _placed(currency, states), [_item(pk, state) for state in missing])


def _unknown(told: Iterable[State], known: Iterable[State]) -> list[State]:
    found = {(state.subscription_id, state.version): state for state in told}
    for state in known:
        found.pop((state.subscription_id, state.version), None)
    return list(found.values())


def _placed(currency: str, states: Sequence[State]) -> Sums:
    if not states:
        return {}
    places = {TODAY: ("totals", currency)}
    found = {(*places.get(day, ("days#" + currency, day)), name): amount for (day, name), amount in sums(states).items()}
    return found | {("months#" + currency, month, name): amount for (month, name), amount in cohorts(states).items()}


def _item(pk: str, state: State) -> Item:
    return dynamodb.key(pk, f"{state.subscription_id}#{state.version:010d}") | {
        "at": {"S": stamp(state.at)}, "status": {"S": state.status}, "plan_id": {"S": state.plan_id},
        "monthly": {"N": str(state.monthly)}, "trial": {"BOOL": state.trial}}


def state_of(item: Item) -> State:
    subscription_id, _, version = item["sk"]["S"].partition("#")
    return State(subscription_id, int(version), parse(item["at"]["S"]), item["status"]["S"], item["plan_id"]["S"],
                 number(item, "monthly"), item["trial"]["BOOL"])


def _newest(id: str, version: int, new: Sums) -> Change | None:
    """The subject's item keeps what it adds to which sums, so that its next version can take that back."""
    read = ledger.get(id)
    if number(read, "version") >= version:
        return None
    old = {(pk, sk, name): by for pk, sk, name, by in json.loads(read["adds"]["S"])} if read else {}
    adds = json.dumps([[*key, by] for key, by in new.items()])
    return Change(read, dynamodb.key(id) | {"version": {"N": str(version)}, "adds": {"S": adds}}, "version", old, new)
