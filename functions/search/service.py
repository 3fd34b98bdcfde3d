"""One query over all kinds of records that a caller may read."""

from functions.search.models import SearchResult, SearchResults
from functions.search.subjects import SUBJECTS
from kernel.access import Principal
from kernel.ids import prefix_of
from kernel.problems import Forbidden
from kernel.search import Found, Hit, find, generations, newest_first, plain, sought

AT_ONCE = 8
MATCHES = ("exact", "word", "prefix")


def everywhere(query: str, *, limit: int, principal: Principal) -> SearchResults:
    """At most 2 x limit + 19 postings of each kind are read for one word, 1,000 for several. 403 for who may read nothing at all."""
    from concurrent.futures import ThreadPoolExecutor

    asked = sought(query)
    readable = [prefix for prefix, subject in SUBJECTS.items() if principal.may(f"{subject.feature}.read")]
    if not readable:
        raise Forbidden("needs the permission to read something")
    generation = generations()[0]

    def of(prefix: str) -> Found:
        return find(prefix, asked, limit=limit, tenant_id=principal.tenant_id, generation=generation)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = list(threads.map(of, readable))

    def rank(hit: Hit) -> tuple[int, bool, str]:  # a record comes before those that name its id
        return MATCHES.index(hit.match), plain(hit.id) != asked.text, newest_first(hit.id)

    hits = sorted((hit for each in found for hit in each.hits), key=rank)
    return SearchResults(data=[_result(hit) for hit in hits[:limit]], partial=len(hits) > limit or any(each.position for each in found))


def _result(hit: Hit) -> SearchResult:
    path = SUBJECTS[prefix_of(hit.id)].path
    return SearchResult.model_validate(
        {"resource": path.rsplit("/", 1)[1], "id": hit.id, "title": hit.title, "match": hit.match, "url": f"{path}/{hit.id}"})
