"""What can be done to a plan's prices."""

from datetime import datetime

from functions.plans.events import PriceCreated, PriceReplaced
from functions.plans.models import Plan, Price, PriceCreate, PriceStatus
from kernel import ids
from kernel.audit import Actor, Payload
from kernel.commit import commit
from kernel.problems import Conflict, Invalid
from kernel.records import Record


def create_price(plan_id: str, body: PriceCreate, *, actor: Actor, at: datetime) -> Price:
    """A new price of a plan; one that it replaces is retired in the same commit. `Invalid` where the two do not belong together."""
    Plan.fetch(plan_id)
    price = Price(ids.new("pri"), plan_id=plan_id, **body.model_dump(mode="json"))
    created = PriceCreated(plan_id=plan_id, currency=price.currency, unit_amount=price.unit_amount)
    changes: list[tuple[Record, Payload]] = [(price, created)]
    if body.replaces is not None:
        old = _replaced(body.replaces, plan_id, body)
        price.edition = old.edition + 1
        old.status = PriceStatus.REPLACED
        changes.append((old, PriceReplaced(plan_id=plan_id, by=price.id)))
    commit(*changes, actor=actor, at=at)
    return price


def _replaced(id: str, plan_id: str, body: PriceCreate) -> Price:
    old = Price.fetch(id)
    if (old.plan_id, old.currency, old.interval, old.interval_count) != (plan_id, body.currency, body.interval, body.interval_count):
        raise Invalid("a new version has the plan, currency and interval of the price it replaces", field="replaces")
    if old.status != PriceStatus.CURRENT:
        raise Conflict(f"{id} has been replaced already")
    return old
