"""What an entitlement costs: its invoices, period by period, what becomes of it by them, and what each sale brings whom."""

from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from functions.content import events
from functions.content.models import Content, Earnings, Entitlement, Sale, SalesTotal
from functions.content.rules import LIVE, NOT_BEGUN, EntitlementState, Pricing, Shared, after_invoice, line_of, reversal, shared
from functions.invoices.contract import Draft, DraftLine, Standing, draft, standing
from functions.settings.contract import issuer, tax_rates
from functions.tenants.contract import billing_profile, has_left
from kernel import dynamodb
from kernel.audit import Actor, Payload
from kernel.calendar import Cycle, Interval, boundary, period_at
from kernel.commit import Marker, commit, marker
from kernel.records import child

SHOWN = 100  # sales
_NOT_SETTLED = ("draft", "open")
_EVENTS: dict[EntitlementState, type[Payload]] = {
    EntitlementState.ACTIVE: events.Granted, EntitlementState.PAUSED: events.Paused, EntitlementState.CANCELED: events.Canceled,
    EntitlementState.ENDED: events.Ended, EntitlementState.REVOKED: events.Revoked}


def about(entitlement: Entitlement) -> dict[str, Any]:
    """What every event of an entitlement tells."""
    return {name: getattr(entitlement, name) for name in ("tenant_id", "content_id", "status", "invoice_id", "currency")}


def aside(actor: Actor) -> Actor:
    """For a commit before the caller's own: the version that they saw, and their Idempotency-Key, belong to that."""
    return replace(actor, expects=None, once=None)


def order(entitlement: Entitlement, hold: Marker, *, actor: Actor, at: datetime) -> None:
    """A new one with its first invoice, in one commit. It begins to be active when that is paid, and so does its first period: until then
    nobody can say which days that will be, so neither does this invoice."""
    made = _drafted(entitlement, at)
    _commit_with(entitlement, events.Ordered(**about(entitlement)), made, [hold], actor=actor, at=at)


def step(entitlement: Entitlement, at: datetime, actor: Actor) -> None:
    """A period is over. Idempotent: it moves `next_action_at`. While its invoice is open it stays due: nobody owes two at a time."""
    if entitlement.canceled_at is not None:
        end(entitlement, "canceled", actor=actor, at=at)
        return
    if has_left(entitlement.tenant_id):  # it was bought while they left, or their leaving is not heard of yet
        end(entitlement, "tenant_left", actor=actor, at=at)
        return
    last = standing(entitlement.invoice_id)
    if last is not None and last.status in _NOT_SETTLED:
        return
    if at > entitlement.period_end:  # it was paused until now: what nobody could use is not charged
        entitlement.anchor = at
    _move_to(entitlement, at)
    entitlement.next_action_at = entitlement.period_end
    made = _drafted(entitlement, at)
    told = events.Renewed(**about(entitlement), period_start=entitlement.period_start, period_end=entitlement.period_end)
    _commit_with(entitlement, told, made, [], actor=actor, at=at)


def heard(invoice_id: str, *, failed: bool, actor: Actor, at: datetime) -> None:
    """There is news of an invoice. What it says is not believed but looked up, so it may come late, twice and in any order."""
    found = marker(Entitlement, f"invoice#{invoice_id}")
    if found is not None:
        settle(Entitlement.fetch(found["entitlement_id"]), invoice_id, failed=failed, actor=actor, at=at)


def settle(entitlement: Entitlement, invoice_id: str, *, failed: bool, actor: Actor, at: datetime) -> Entitlement:
    """Brings the entitlement and the sale in line with what the invoice is now, in one commit; without one where they are."""
    now, was = standing(invoice_id), EntitlementState(entitlement.status)
    becomes = after_invoice(was, now.status if now else None, kept=now.kept if now else Fraction(1), failed=failed,
                            current=invoice_id == entitlement.invoice_id)
    if becomes in LIVE and was not in LIVE and not _may_live_again(entitlement):
        becomes = was
    before = _sale(entitlement.content_id, invoice_id)
    sale = _counted(entitlement, invoice_id, before, now, at)
    if (becomes, sale) == (was, before):
        return entitlement
    if was in NOT_BEGUN and becomes not in NOT_BEGUN:
        _begin(entitlement, (now.paid_at if now else None) or at)
    if was == EntitlementState.REVOKED and becomes in LIVE:
        entitlement.canceled_at = at  # their money came again, and buys what is left of its period: nobody has asked for another
    _become(entitlement, becomes, at)
    earned = _added(before, sale)
    told = about(entitlement) | {"invoice_id": invoice_id, "creator": earned.creator, "fee": earned.fee}
    items = [(Content.table(), child(Content(entitlement.content_id), f"sale#{invoice_id}", sale.model_dump(mode="json")))] if sale else []
    writes = [_total(entitlement.content_id, before, sale)] if sale and sale != before else []
    commit((entitlement, _event(was, becomes, before)(**told)), actor=actor, at=at, items=items, writes=writes)
    return entitlement


def end(entitlement: Entitlement, reason: str, *, actor: Actor, at: datetime) -> None:
    _become(entitlement, EntitlementState.ENDED, at)
    commit((entitlement, events.Ended(**about(entitlement), reason=reason)), actor=actor, at=at)


def end_all_of(tenant_id: str, reason: str, *, actor: Actor, at: datetime) -> None:
    """A tenant leaves. Idempotent: those that are over are passed over."""
    items, _ = dynamodb.ask(Entitlement.table(), "gsi3", f"{Entitlement.prefix}#tenant_id={tenant_id}", limit=1000)
    for item in items:
        entitlement = Entitlement.fetch(item["pk"]["S"])
        if entitlement.status in LIVE:
            end(entitlement, reason, actor=actor, at=at)


def earnings(content_id: str) -> Earnings:
    """What the content has brought, by currency, and its newest sales."""
    id = Content.fetch(content_id, deleted=True).id
    totals = [_shown(item) for item in dynamodb.children(Content.table(), id, "totals#")]
    items, _ = dynamodb.ask(Content.table(), "", id, low="sale#", high="sale#~", forward=False, limit=SHOWN)
    return Earnings(totals=totals, sales=[Sale.model_validate_json(item["body"]["S"]) for item in items])


def _begin(entitlement: Entitlement, at: datetime) -> None:
    """The first period of what recurs is counted from its payment, whenever that is heard: before, there was nothing to download."""
    if entitlement.pricing == Pricing.RECURRING:
        entitlement.anchor = at
        _move_to(entitlement, at)


def _move_to(entitlement: Entitlement, at: datetime) -> None:
    """The period that begins at `at`; its end is computed from the anchor, never from the last one."""
    cycle = Cycle(entitlement.anchor, entitlement.zone, Interval(entitlement.interval), entitlement.interval_count)
    n, start, until = period_at(cycle, at)
    if until - at < at - start:  # the zone's rules have changed since `at` was computed: it is the beginning of the next
        until = boundary(cycle, n + 2)
    entitlement.period_start, entitlement.period_end = at, until


def _drafted(entitlement: Entitlement, at: datetime) -> Draft:
    amount, derivation = line_of(entitlement.price)
    kind = "recurring" if entitlement.pricing == Pricing.RECURRING else "one_off"
    line = DraftLine(kind=kind, description=entitlement.title, quantity="1", unit_amount=str(entitlement.price), amount=amount,
                     period_start=entitlement.period_start, period_end=entitlement.period_end, plan_id=None, derivation=derivation)
    made = draft(profile=billing_profile(entitlement.tenant_id), issuer=issuer(), rates=tax_rates(), lines=[line],
                 currency=entitlement.currency, subscription_id=None, period_start=entitlement.period_start,
                 period_end=entitlement.period_end, at=at)
    entitlement.invoice_id = made.invoice.id
    return made


def _commit_with(entitlement: Entitlement, event: Payload, made: Draft, markers: list[Marker], *, actor: Actor, at: datetime) -> None:
    """The change and its invoice, or neither."""
    leads_back = Marker(Entitlement, f"invoice#{made.invoice.id}", {"entitlement_id": entitlement.id})
    told = event.model_copy(update={"invoice_id": made.invoice.id})
    commit((entitlement, told), (made.invoice, made.event), actor=actor, at=at, items=made.items, markers=[*markers, leads_back])


def _become(entitlement: Entitlement, state: EntitlementState, at: datetime) -> None:
    if state == entitlement.status:
        return
    entitlement.status = state
    entitlement.ended_at = None if state in LIVE else at
    recurs = state == EntitlementState.ACTIVE and entitlement.pricing == Pricing.RECURRING
    entitlement.next_action_at = max(entitlement.period_end, at) if recurs else None


def _event(was: EntitlementState, becomes: EntitlementState, before: Sale | None) -> type[Payload]:
    if was == becomes:
        return events.Reversed if before else events.Earned
    resumed = becomes == EntitlementState.ACTIVE and was in (EntitlementState.PAUSED, EntitlementState.REVOKED)
    return events.Resumed if resumed else _EVENTS[becomes]


def hold_key(entitlement: Entitlement) -> str:
    """Of the marker that says which entitlement of the tenant to the content counts."""
    return f"holds#{entitlement.tenant_id}#{entitlement.content_id}"


def _may_live_again(entitlement: Entitlement) -> bool:
    """Unless it was bought anew meanwhile, or the tenant has left: then all that they had is over, this one too."""
    held = marker(Entitlement, hold_key(entitlement))
    return held is not None and held["entitlement_id"] == entitlement.id and not has_left(entitlement.tenant_id)


def _sale(content_id: str, invoice_id: str) -> Sale | None:
    item = dynamodb.get(Content.table(), content_id, f"sale#{invoice_id}")
    return Sale.model_validate_json(item["body"]["S"]) if item else None


def _counted(entitlement: Entitlement, invoice_id: str, before: Sale | None, now: Standing | None, at: datetime) -> Sale | None:
    """The sale as it is to be: made once its invoice is paid, and reversed by as much as went back of it by now."""
    if now is None or now.status != "paid":
        return before
    whole = shared(entitlement.price, entitlement.creator_share)
    sale = before or Sale(invoice_id=invoice_id, entitlement_id=entitlement.id, tenant_id=entitlement.tenant_id, sold_at=at,
                          currency=entitlement.currency, amount=entitlement.price, creator=whole.creator, fee=whole.fee)
    back = reversal(Shared(sale.creator, sale.fee), now.kept)
    return sale.model_copy(update={"creator_reversed": back.creator, "fee_reversed": back.fee})


def _added(before: Sale | None, sale: Sale | None) -> Shared:
    """By how much both parts' earnings change."""
    left = [Shared(each.creator - each.creator_reversed, each.fee - each.fee_reversed) if each else Shared(0, 0) for each in (before, sale)]
    return Shared(left[1].creator - left[0].creator, left[1].fee - left[0].fee)


def _total(content_id: str, before: Sale | None, sale: Sale) -> dict[str, Any]:
    """Adds what is new of a sale to the sums of its currency."""
    earned = _added(before, sale)
    gone = [each.creator_reversed + each.fee_reversed if each else 0 for each in (before, sale)]
    added = {":s": 0 if before else 1, ":a": 0 if before else sale.amount, ":c": earned.creator, ":f": earned.fee, ":r": gone[1] - gone[0]}
    return {"Update": {"TableName": Content.table(), "Key": dynamodb.key(content_id, f"totals#{sale.currency}"),
                       "UpdateExpression": "ADD sales :s, amount :a, creator :c, fee :f, reversed :r",
                       "ExpressionAttributeValues": {name: {"N": str(value)} for name, value in added.items()}}}


def _shown(item: dynamodb.Item) -> SalesTotal:
    numbers = {name: int(item[name]["N"]) for name in ("sales", "amount", "creator", "fee", "reversed")}
    return SalesTotal(currency=item["sk"]["S"].partition("#")[2], **numbers)
