"""`make reindex`: a new generation beside the old one, equal to what the events have made."""

import pytest

from functions.invoices.models import Balance
from functions.plans.models import Plan
from kernel import dynamodb, ids, search
from kernel.search import generations
from local.reindex import reindex
from tests.integration.kernel.things import hooked
from tests.integration.search.support import AT, Purged, deliver, index, indexed, messages, save, tenant, titles

pytestmark = pytest.mark.usefixtures("aws")


def build():
    return reindex(patience=0)


@pytest.fixture
def company():
    """What has changed, what was deleted, restored, or is of another kind, all of it in the index."""
    made = indexed("Acme GmbH", "Birke AG", "Cobalt Ltd", "東京都庁")
    made[0].name = "Zenith GmbH"
    save(made[0])
    for record in made[1:3]:
        record.deleted_at = AT
        save(record)
    made[2].deleted_at = None
    save(made[2])
    made.append(save(Plan(ids.new("pln"), name="Pro")))
    made.append(save(Balance("bal_01KGABCDEFGHJKMNPQRSTVWXYZ_EUR", tenant_id=made[0].id, currency="EUR")))
    deliver(*(body for record in made for body in messages(record.id)))
    return made


def test_the_new_index_equals_the_one_that_events_have_made(company):
    kept = index("0")
    assert build() == 6
    assert generations() == ["1"]
    assert index("1") == kept
    assert index("0") == []
    assert build() == 6
    assert (generations(), index("2"), index("1")) == (["2"], kept, [])


def test_searching_goes_on_and_the_worker_writes_where_it_is_read(company):
    build()
    assert (titles("zenith"), titles("birke"), titles("cobalt")) == (["Zenith GmbH"], [], ["Cobalt Ltd"])
    company[0].name = "Alster GmbH"
    deliver(messages(save(company[0]).id)[-1])
    assert (titles("zenith"), titles("alster")) == ([], ["Alster GmbH"])


def test_what_is_written_meanwhile_is_in_both(company):
    """A rename, a new one and a purge, when the records were read for the new index and before the worker knows of it."""
    once = iter([None])

    def meanwhile(**_):
        for _ in once:
            company[0].name = "Alster GmbH"
            changed = [save(company[0]), tenant("Late"), save(company[3], Purged())]
            dynamodb.client().delete_item(TableName="tenants", Key=dynamodb.key(company[3].id))
            deliver(*(messages(record.id)[-1] for record in changed))

    with hooked("after-call.dynamodb.BatchWriteItem", meanwhile):
        build()
    assert (titles("alster"), titles("zenith"), titles("late"), titles("東京")) == (["Alster GmbH"], [], ["Late"], [])
    rebuilt = index("1")
    build()
    assert [item for item in rebuilt if item["sk"]["S"] != "#"] == [item for item in index("2") if item["sk"]["S"] != "#"]


@pytest.mark.parametrize("fatal", range(0, 24, 3))
def test_a_build_that_was_cut_off_does_no_harm_and_is_cleared_away_by_the_next(company, fatal):
    kept, left = index("0"), iter(range(fatal))

    def kill(**_):
        if next(left, None) is None:
            raise KeyboardInterrupt

    with hooked("before-call.dynamodb", kill), pytest.raises(KeyboardInterrupt):
        build()
    assert titles("zenith") == ["Zenith GmbH"]
    build()
    assert [index(str(number)) for number in range(4) if index(str(number))] == [kept]


def test_a_new_rule_for_words_comes_in_by_it(company, monkeypatch):
    monkeypatch.setattr(search, "_STROKES", {ord("z"): "s"})
    build()
    assert titles("senith") == ["Zenith GmbH"]
    monkeypatch.undo()
    deliver(messages(company[0].id)[-1])  # published once more, with the words of then
    assert titles("senith") == ["Zenith GmbH"]
