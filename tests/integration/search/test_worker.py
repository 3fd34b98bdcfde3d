"""The index after whatever happens to its messages: in any order, more than once, cut off anywhere."""

import json
from itertools import count

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from functions.search import postings
from functions.search.worker import handler
from kernel import dynamodb
from kernel.search import generations
from tests.integration.kernel.feature import parked
from tests.integration.kernel.things import hooked, recorded
from tests.integration.search.support import AT, Purged, deliver, found, index, indexed, messages, save, tenant, titles

pytestmark = pytest.mark.usefixtures("aws")


def point(live, **building):
    """Says which generations there are, as `make reindex` does."""
    values = {name: {"S": value} for name, value in {"live": live, **building}.items()}
    dynamodb.client().put_item(TableName="search", Item=dynamodb.key("generations") | values)


@pytest.fixture
def narrow(monkeypatch):
    """Transactions of twenty writes, into which a change of six words does not fit: large ones take moto seconds."""
    monkeypatch.setattr(postings, "MAX_WRITES", 20)


def a_life(words=6):
    """The messages of a tenant that is renamed, deleted, restored and renamed back."""
    many, other = (" ".join(f"{letter}{n}" for n in range(words)) for letter in ("ab", "cd"))
    acme = tenant("Acme GmbH")
    for name, deleted_at in ((many, None), (other, None), (other, AT), (other, None), ("Acme AG", None)):
        acme.name, acme.deleted_at = name, deleted_at
        save(acme)
    return messages(acme.id)


def test_a_sample_of_a_change_is_found_and_twice_is_once(sample):
    for _ in range(2):
        assert handler(sample("search/worker-changed"), None) == {"batchItemFailures": []}
    assert found("ac software") == [("Acme Software GmbH", "word")]
    assert len(index()) == 14


def test_what_is_not_json_is_parked(sample):
    assert handler(sample("search/worker-not-json"), None) == {"batchItemFailures": []}
    assert [each["body"] for each in parked()] == ["{"]


def test_a_message_without_what_the_index_is_told_is_parked():
    body = json.loads(messages(tenant("Acme").id)[0])
    del body["detail"]["search"]
    deliver(json.dumps(body))
    assert "KeyError('search')" in parked()[0]["error"]


def test_what_is_deleted_is_not_found_until_it_is_restored():
    [acme] = indexed("Acme")
    acme.deleted_at = AT
    deliver(messages(save(acme).id)[-1])
    assert titles("acme") == []
    [head] = index()
    assert (head["title"]["S"], head["held"]["S"]) == (acme.id, "")  # no word is left of it
    acme.deleted_at = None
    deliver(messages(save(acme).id)[-1])
    assert titles("acme") == ["Acme"]


def test_what_is_purged_is_gone_even_where_older_news_come_later():
    [acme] = indexed("Acme")
    acme.name = "Acme Ltd"
    save(acme)
    save(acme, Purged())
    old, purged = messages(acme.id)[1:]
    deliver(purged, old)
    assert titles("acme") == []
    assert [item["sk"]["S"] for item in index()] == ["#"]


def test_a_change_that_nobody_searches_by_costs_one_write():
    [acme] = indexed("Acme")
    acme.language = "de"
    save(acme)
    change = messages(acme.id)[-1]
    with recorded() as calls:
        deliver(change)
    assert [name for name, _ in calls] == ["GetItem", "GetItem", "TransactWriteItems", "GetItem"]
    assert next(item for item in index() if item["sk"]["S"] == "#")["version"] == {"N": "2"}
    deliver(*messages(acme.id))
    assert titles("acme") == ["Acme"]


def test_in_order_the_index_is_what_the_last_version_says_even_if_the_words_do_not_fit_into_one_transaction():
    deliver(*a_life(words=55))
    assert found("acme") == [("Acme AG", "word")]
    assert [titles(query) for query in ("ab1", "cd1", "gmbh")] == [[], [], []]
    head = next(item for item in index() if item["sk"]["S"] == "#")
    assert len(index()) == len(head["held"]["S"].split()) + 1


def test_in_any_order_and_repeated_it_is_the_same(narrow):
    life, generation = a_life(), count()
    deliver(*life)
    wanted = index()

    @settings(max_examples=15, phases=[Phase.generate])
    @given(st.permutations([*range(len(life)), *range(len(life))]), st.integers(0, len(life)))
    def check(order, repeated):
        number = f"x{next(generation)}"
        point(number)
        deliver(*(life[n] for n in order[: len(life) + repeated]), *life[-1:])
        assert index(number) == wanted

    check()


class Killed(BaseException):
    """The function is gone: no code of ours runs any more."""


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_call_the_message_that_comes_again_finishes(narrow, when):
    life = a_life()[1:3]  # the second does not fit into one transaction
    point("wanted")
    deliver(*life)
    wanted = index("wanted")
    point("0")
    with recorded() as calls:
        deliver(*life)
    assert [name for name, _ in calls].count("TransactWriteItems") == 3
    for fatal in range(len(calls)):
        point(f"{fatal + 1}")
        killed_at(when, fatal, life)
        assert index(f"{fatal + 1}") == wanted, fatal


def killed_at(when, fatal, life):
    """Delivers one message after the other, the one that was cut off anew."""
    left, calls = list(life), count()

    def kill(**_):
        if next(calls) == fatal:
            raise Killed

    with hooked(f"{when}-call.dynamodb", kill):
        while left:
            try:
                deliver(left[0])
                left.pop(0)
            except Killed:
                continue


def test_someone_who_gets_in_between_is_noticed():
    [acme] = indexed("Acme")
    for name in ("Birke", "Zenith"):
        acme.name = name
        save(acme)
    first, second = messages(acme.id)[1:]
    once = iter([second])

    def overtake(**_):
        for body in once:
            deliver(body)

    with hooked("before-call.dynamodb.TransactWriteItems", overtake):
        deliver(first)
    assert [titles(query) for query in ("acme", "birke", "zenith")] == [[], [], ["Zenith"]]


def test_two_generations_are_kept_while_one_is_built_even_if_that_begins_meanwhile():
    once = iter(["1"])

    def begin(**_):
        for number in once:
            point("0", building=number)

    acme = tenant("Acme")
    with hooked("before-call.dynamodb.TransactWriteItems", begin):
        deliver(*messages(acme.id))
    assert generations() == ["0", "1"]
    assert index("0") == index("1") != []
    acme.name = "Zenith"
    deliver(messages(save(acme).id)[-1])
    assert index("0") == index("1")
    assert [titles("zenith", generation=each) for each in "01"] == [["Zenith"]] * 2
