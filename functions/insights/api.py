"""GET /v1/insights/overview: recurring revenue and what waits for a person"""

from functions.insights import overview
from functions.insights.models import Overview
from kernel.http import Api, requires

handler = Api()


@handler.get("/v1/insights/overview", middlewares=requires("insights.read"), operation_id="getOverview")
def get_overview() -> Overview:
    """How the company stands: recurring revenue in its own currency and in others, what is overdue, and what waits for the caller."""
    return overview.overview(handler.principal, at=handler.at)
