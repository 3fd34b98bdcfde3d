"""GET /v1/insights/overview|revenue|forecast   GET /v1/insights/churn, …/{id}, …/{id}/timeline, …/model"""

from functions.insights import outlook, overview, revenue, scoring
from functions.insights.models import CHURN, ChurnModel, Outlook, Overview, Revenue
from kernel.http import Api, requires
from kernel.problems import BadRequest
from kernel.verbs import mount

handler = Api()
mount(handler, CHURN, verbs=("list", "get", "timeline"))
may_read = requires("insights.read")


@handler.get("/v1/insights/overview", middlewares=may_read, operation_id="getOverview")
def get_overview() -> Overview:
    """How the company stands: recurring revenue in its own currency and in others, what is overdue, and what waits for the caller."""
    return overview.overview(handler.principal, at=handler.at)


@handler.get("/v1/insights/revenue", middlewares=may_read, operation_id="getRevenue")
def get_revenue() -> Revenue:
    """Recurring revenue by day or by month, what moved it, and how much of it stays."""
    return revenue.revenue(revenue.read(handler.query(), at=handler.at))


@handler.get("/v1/insights/forecast", middlewares=may_read, operation_id="getForecast")
def get_forecast() -> Outlook:
    """Twelve months of recurring revenue to come, with intervals, by the model that did best on the past."""
    params = handler.query()
    if unknown := sorted(params.keys() - {"currency"}):
        raise BadRequest(f"this takes no {unknown[0][:100]}", code="unknown_filter", field=unknown[0][:100], allowed=["currency"])
    return outlook.outlook(revenue.currency_of(params), at=handler.at)


@handler.get("/v1/insights/churn/model", middlewares=may_read, operation_id="getChurnModel")
def get_churn_model() -> ChurnModel:
    """The model behind the probabilities of leaving: its version, why it is this one, and how well it did."""
    return scoring.shown(scoring.model())
