"""What plans tell others."""

from kernel.audit import Payload


class Updated(Payload, event="plans.updated"):
    """A plan's name, limits or features have changed."""


class PriceCreated(Payload, event="plans.price_created"):
    plan_id: str
    currency: str
    unit_amount: str


class PriceReplaced(Payload, event="plans.price_replaced"):
    plan_id: str
    by: str
