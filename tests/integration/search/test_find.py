"""What a query finds in the index, in which order, and how much is read for it."""

import pytest

from kernel.search import find, sought
from tests.integration.kernel.things import recorded
from tests.integration.search.support import deliver, found, heap, indexed, messages, save, tenant, titles, walk

pytestmark = pytest.mark.usefixtures("aws")


def test_exact_before_word_before_prefix_then_the_newest():
    indexed("Acme Old GmbH", "Acmena", "Acme", "Neo Acme", "Acmeba", "ÁCME", "Acme Acmena", "Other")
    assert found("acme") == [("ÁCME", "exact"), ("Acme", "exact"), ("Acme Acmena", "word"), ("Neo Acme", "word"), ("Acme Old GmbH", "word"),
                             ("Acmeba", "prefix"), ("Acmena", "prefix")]
    assert found("acme old gmbh") == [("Acme Old GmbH", "exact")]
    assert titles("cme") == []


def test_several_words_are_all_demanded_in_any_order():
    indexed("Alster Logistik GmbH", "Alster Design GmbH", "Birke Logistik AG")
    assert titles("gmbh alst") == ["Alster Design GmbH", "Alster Logistik GmbH"]
    assert titles("logi alster") == ["Alster Logistik GmbH"]
    assert titles("a logistik") == ["Birke Logistik AG", "Alster Logistik GmbH"]  # AG, and Alster
    assert titles("alster birke") == []


def test_a_record_that_matches_in_several_ways_comes_once():
    indexed("Acme Acme-Acme acme.acme", email="acme@acme.test")
    assert found("acme") == [("Acme Acme-Acme acme.acme", "word")]
    assert found("ac") == [("Acme Acme-Acme acme.acme", "prefix")]
    assert found("acme@acme.test") == [("Acme Acme-Acme acme.acme", "exact")]


def test_e_mails_ids_and_numbers_are_found_by_their_parts():
    acme, _ = indexed("Acme", "Best", email="ada.l@mail.acme-logistik.test", phone="+49301234567", vat_id="DE136695976")
    for query in ("ada.l@mail", "mail.acme-logistik.test", "acme-logi", "ada", "logistik", "+49 30 123", "136695976", "DE1366"):
        assert titles(query) == (["Best", "Acme"] if query != "136695976" else []), query
    for query in (acme.id, acme.id.lower(), acme.id[:-1], acme.id[4:]):
        assert titles(query)[-1] == "Acme", query
    assert found(acme.id) == [("Acme", "exact")]


def test_a_number_within_a_text_is_found_by_its_beginning_and_its_parts():
    indexed("Invoice INV‑2026-00267 is due", "Invoice INV-2026-00042")
    assert found("inv-2026") == [("Invoice INV-2026-00042", "prefix"), ("Invoice INV‑2026-00267 is due", "prefix")]
    assert found("inv-2026-00042") == [("Invoice INV-2026-00042", "word")]
    assert titles("invoice/00042") == titles("00042") == ["Invoice INV-2026-00042"]


def test_cjk_is_found_by_pairs_and_single_characters():
    indexed("東京都庁", "京都市", "東北大学", "서울특별시")
    assert found("京都") == [("京都市", "word"), ("東京都庁", "word")]
    assert titles("東") == ["東京都庁", "東北大学"]  # by word: 東京 before 東北
    assert titles("市") == ["京都市"]
    assert titles("東京庁") == []
    assert titles("특별") == ["서울특별시"]


def test_what_changes_its_name_is_found_by_the_new_one_alone():
    [acme] = indexed("Acme GmbH")
    acme.name = "Zenith GmbH"
    deliver(messages(save(acme).id)[-1])
    assert (titles("acme"), titles("zenith"), titles("gmbh")) == ([], ["Zenith GmbH"], ["Zenith GmbH"])


def test_what_is_another_tenants_is_left_out():
    one, _ = indexed("Acme One", "Acme Two")
    assert titles("acme", tenant_id=one.id) == ["Acme One"]
    assert titles("acme one", tenant_id="ten_other") == []


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
@pytest.mark.parametrize("query", ["acme", "ac", "gmbh acme", "acme@ex"])
def test_pages_are_one_walk(query, limit):
    indexed("Acme", "Acme GmbH", "Acmena GmbH", "GmbH Acme", "Acme", "Beta", "Acme Ltd GmbH", email="acme@example.test")
    assert walk(query, limit) == titles(query)


def test_what_comes_in_behind_or_before_the_cursor_disturbs_no_page():
    indexed("Acme One", "Acme Two", "Acme Six")
    page = find("ten", sought("acme"), limit=2)
    deliver(*messages(tenant("Acme New", days=9).id))
    rest = find("ten", sought("acme"), limit=2, after=page.position)
    assert [hit.title for hit in page.hits + rest.hits] == ["Acme Six", "Acme Two", "Acme One"]


def read(query, limit, after=""):
    """The page, and how many items were read for it."""
    with recorded() as calls:
        page = find("ten", sought(query), limit=limit, after=after)
    return page, sum(len(answer.get("Items", [])) + ("Item" in answer) for _, answer in calls)


@pytest.mark.parametrize("limit", [1, 10, 50])
def test_one_word_reads_as_many_items_however_many_there_are(limit):
    heap(120, "Acme {}", "acme{}@acme.test")
    for query in ("acme", "ac", "acme1"):
        page, items = read(query, limit)
        seen, pages = len(page.hits), 1
        assert items + len(page.hits) <= 3 * limit + 20
        while page.position and pages < 5:
            page, items = read(query, limit, page.position)
            seen, pages = seen + len(page.hits), pages + 1
            assert items + len(page.hits) <= 3 * limit + 20
            assert len(page.hits) == limit or page.partial or not page.position


def test_several_words_read_a_thousand_postings_at_most_and_say_that_it_is_partial():
    heap(1100, "Common {}", only="common")
    deliver(*messages(tenant("Common Rare").id))  # the oldest of all
    page, items = read("rare common", 10)
    assert (page.hits, page.partial) == ([], True)
    assert items <= 1001
    rest, _ = read("rare common", 10, page.position)
    assert ([hit.title for hit in rest.hits], rest.partial, rest.position) == (["Common Rare"], False, None)


def test_a_page_that_is_full_is_not_partial():
    heap(60, "Common {}")
    page, _ = read("common", 50)
    assert (len(page.hits), page.partial, page.position is None) == (50, False, False)
    page, _ = read("common", 50, page.position)
    assert (len(page.hits), page.partial, page.position) == (10, False, None)
