"""What insights tell others."""

from kernel.audit import Payload


class Scored(Payload, event="insights.scored"):
    """How likely a tenant is to leave has changed so much that it matters, or why."""

    tenant_id: str
    currency: str
    probability_per_mille: int
    risk: str
