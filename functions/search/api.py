"""GET /v1/search: everything that the caller may read"""

from functions.search import service
from functions.search.models import SearchResults
from kernel.http import Api
from kernel.problems import BadRequest
from kernel.query import page_size

MAX_LIMIT, DEFAULT_LIMIT = 50, "20"

handler = Api()


@handler.get("/v1/search", operation_id="search")  # no permission of its own: each kind's decides what is searched
def search() -> SearchResults:
    """The best of everything that the caller may read: exact, then whole words, then beginnings of words; the newest first among equals."""
    params = handler.query()
    if unknown := sorted(params.keys() - {"q", "limit"}):
        raise BadRequest(f"search takes no {unknown[0]}", code="unknown_filter", field=unknown[0], allowed=["limit", "q"])
    limit = min(page_size(params.get("limit", DEFAULT_LIMIT)), MAX_LIMIT)
    return service.everywhere(params.get("q", ""), limit=limit, principal=handler.principal)
