"""`q=` on a list: what is found comes as the list shows it, sifted by its filters."""

import pytest

from functions.invoices.api import handler as invoices
from functions.invoices.models import Balance
from functions.tenants.api import handler
from functions.tenants.models import TenantStatus
from tests.callers import ask, signed_in
from tests.integration.kernel.things import recorded
from tests.integration.search.support import AT, deliver, heap, indexed, messages, save, tenant

pytestmark = pytest.mark.usefixtures("aws")


def listed(headers, **query):
    answer = ask(handler, "GET", "/v1/tenants", headers=headers, **query)
    assert answer.status == 200, answer.body
    return answer.body


def names(headers, **query):
    return [each["name"] for each in listed(headers, **query)["data"]]


def test_a_search_is_a_list_in_order_of_relevance(owner):
    indexed("Acme Old", "Acmena", "Acme", "Other")
    page = listed(owner, q="acme")
    assert [each["name"] for each in page["data"]] == ["Acme", "Acme Old", "Acmena"]
    assert set(page) == {"data", "next_cursor"}
    [plain] = [each for each in listed(owner)["data"] if each["name"] == "Acme"]
    assert page["data"][0] == plain


def test_filters_sift_what_is_found(owner):
    made = indexed("Acme One", "Acme Two", "Acme Six")
    made[1].status = TenantStatus.ACTIVE
    save(made[1])
    assert names(owner, q="acme", status="active") == ["Acme Two"]
    assert names(owner, q="acme", created_at__gte="2026-02-01T00:00:00Z") == ["Acme Six", "Acme Two"]
    assert names(owner, q="acme", status="active", created_at__gte="2026-02-02T00:00:00Z") == []


def test_what_the_index_does_not_know_yet_is_shown_as_it_is_now(owner):
    acme, gone = indexed("Acme", "Acme Gone")
    acme.name, gone.deleted_at = "Zenith", AT
    save(acme)
    save(gone)
    assert names(owner, q="acme") == ["Zenith"]


def test_pages_are_walked_by_cursors(owner):
    indexed(*(f"Acme {n}" for n in range(5)))
    found, cursor = [], {}
    for _ in range(3):
        page = listed(owner, q="acme", limit="2", **cursor)
        found += [each["name"] for each in page["data"]]
        cursor = {"cursor": page["next_cursor"]}
    assert (found, page["next_cursor"]) == ([f"Acme {n}" for n in (4, 3, 2, 1, 0)], None)


def test_a_cursor_fits_its_own_search_and_caller_alone(owner):
    indexed("Acme One", "Acme Two", "Acme Six")
    cursor = listed(owner, q="acme", limit="1")["next_cursor"]
    assert names(owner, q="acme", limit="2", cursor=cursor) == ["Acme Two", "Acme One"]
    plain = listed(owner, limit="1")["next_cursor"]
    broken = cursor[:-5] + ("AAAAA" if not cursor.endswith("AAAAA") else "BBBBB")  # of its last letters not every bit counts
    for headers, query in ((owner, {"q": "acm", "cursor": cursor}), (owner, {"cursor": cursor}), (owner, {"q": "acme", "cursor": plain}),
                           (signed_in("viewer"), {"q": "acme", "cursor": cursor}), (owner, {"q": "acme", "cursor": broken}),
                           (owner, {"q": "acme", "status": "active", "cursor": cursor})):
        answer = ask(handler, "GET", "/v1/tenants", headers=headers, **query)
        assert (answer.status, answer.body["code"]) == (400, "invalid_cursor"), query


@pytest.mark.parametrize(("query", "code", "field"), [
    ({"q": "acme", "sort": "name"}, "not_with_q", "sort"), ({"q": "acme", "include_deleted": "true"}, "not_with_q", "include_deleted"),
    ({"q": "a"}, "query_too_short", "q"), ({"q": ""}, "query_too_short", "q"), ({"q": "acme", "colour": "red"}, "unknown_filter", "colour"),
    ({"q__gte": "acme"}, "unknown_filter", "q__gte"), ({"q": "acme", "limit": "0"}, "bad_limit", "limit")])  # fmt: skip
def test_what_does_not_go_with_a_search_is_refused(owner, query, code, field):
    answer = ask(handler, "GET", "/v1/tenants", headers=owner, **query)
    assert (answer.status, answer.body["code"], answer.body["errors"][0]["field"]) == (400, code, field)


def test_a_resource_that_nobody_searches_knows_no_q(owner, monkeypatch):
    monkeypatch.setattr(Balance, "searched", ())
    answer = ask(invoices, "GET", "/v1/invoices/balances", headers=owner, q="acme")
    assert (answer.status, answer.body["code"], answer.body["errors"][0]["field"]) == (400, "unknown_filter", "q")


def test_a_page_reads_no_more_than_three_times_what_it_shows(owner):
    indexed(*(f"Acme {n}" for n in range(12)))
    with recorded() as calls:
        listed(owner, q="acme", limit="5")
    items = [len(answer.get("Items", [])) + len(answer.get("Responses", {}).get("tenants", [])) for _, answer in calls]
    assert sum(items) <= 3 * 5 + 20
    assert [name for name, _ in calls if name == "Scan"] == []


def test_a_page_for_which_too_much_had_to_be_read_says_so(owner):
    heap(1000, "Common {}", only="common")
    heap(100, "Rare {}", only="rare")
    deliver(*messages(tenant("Common Rare").id))
    page = listed(owner, q="rare common")
    assert (page["data"], page["partial"]) == ([], True)
    rest = listed(owner, q="rare common", cursor=page["next_cursor"])
    assert ([each["name"] for each in rest["data"]], rest["next_cursor"], "partial" in rest) == (["Common Rare"], None, False)
