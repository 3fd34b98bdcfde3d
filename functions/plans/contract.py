"""What other features may use of plans: look-ups."""

from typing import TypeVar

from functions.plans.models import Plan, PlanStatus, Price, PriceStatus
from kernel.problems import NotFound

__all__ = ["Plan", "Price", "on_sale", "plan", "price"]
T = TypeVar("T", Plan, Price)


def plan(id: str) -> Plan:
    """Also one that was deleted: who has subscribed goes on. `NotFound` for one that never existed."""
    return _known(Plan.find(id), id)


def price(id: str) -> Price:
    """`NotFound` for one that never existed."""
    return _known(Price.find(id), id)


def on_sale(price: Price) -> bool:
    """Whether somebody can subscribe at this price today."""
    sold = plan(price.plan_id)
    offered = price.status == PriceStatus.CURRENT and sold.status == PlanStatus.ACTIVE
    return offered and price.deleted_at is None and sold.deleted_at is None


def _known(found: T | None, id: str) -> T:
    if found is None:
        raise NotFound(f"{id} does not exist")
    return found
