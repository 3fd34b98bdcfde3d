"""What other features may use of plans: look-ups."""

from functions.plans.models import Plan, PlanStatus, Price, PriceStatus

__all__ = ["Plan", "PlanStatus", "Price", "PriceStatus", "plan", "price"]


def plan(id: str) -> Plan:
    """`NotFound` for one that does not exist."""
    return Plan.fetch(id)


def price(id: str) -> Price:
    """`NotFound` for one that does not exist."""
    return Price.fetch(id)
