"""A function may be killed at any moment: what it wrote is whole, or it has not happened."""

import pytest

from kernel import audit, commit
from kernel.commit import Marker, marker
from kernel.records import child
from tests.integration.kernel.things import ACTOR, AT, Changed, Thing, everything, hooked, recorded, stored, thing

pytestmark = pytest.mark.usefixtures("aws")


def versions(id):
    return [entry["sk"]["S"] for entry in audit.timeline(id)]


class Killed(BaseException):
    """The function is gone: no code of ours runs any more."""


def change_two_and_add_one(known):
    """A use case that reads, and then writes three records, a marker and a child."""
    old = Thing.fetch(known.id)
    old.color, fresh = "red", thing(color="red")
    save_items = [(fresh.table(), child(fresh, "lines", [1, 2]))]
    commit.commit((old, Changed()), (fresh, Changed()), actor=ACTOR, at=AT, items=save_items, markers=[Marker(Thing, f"once#{known.id}")])


def calls_of_the_use_case():
    [known] = stored(1)
    commit._buckets_known.clear()
    with recorded() as calls:
        change_two_and_add_one(known)
    return len(calls)


def assert_every_change_has_its_entry_and_every_entry_its_change():
    roots = {item["pk"]["S"]: item for item in everything(Thing.table()) if item["pk"]["S"].startswith("thg_") and item["sk"]["S"] == "#"}
    bodies = {item["pk"]["S"] for item in everything(Thing.table()) if item["sk"]["S"] == "lines"}
    entries = everything("audit")
    assert {entry["pk"]["S"] for entry in entries} == set(roots)
    assert bodies <= set(roots)
    for id, root in roots.items():
        assert audit.first_bad(audit.timeline(id), root["head"]["S"]) is None
        assert int(root["version"]["N"]) == len(versions(id))


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_call_a_write_is_whole_or_has_not_happened(when):
    total = calls_of_the_use_case()
    assert total >= 3  # a read, the list of months, the transaction
    for fatal in range(total):
        [known] = stored(1)
        commit._buckets_known.clear()
        count = iter(range(total + 1))

        def kill(count=count, fatal=fatal, **_):
            if next(count) == fatal:
                raise Killed

        with hooked(f"{when}-call.dynamodb", kill), pytest.raises(Killed):
            change_two_and_add_one(known)
        assert_every_change_has_its_entry_and_every_entry_its_change()
        if marker(Thing, f"once#{known.id}") is None:
            change_two_and_add_one(known)  # who comes next finds nothing in the way
        assert Thing.fetch(known.id).color == "red"
        assert_every_change_has_its_entry_and_every_entry_its_change()
