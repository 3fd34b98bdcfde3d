"""What the answer to a list holds: the fields that were asked for, how it was found, and never more than the server allows."""

import logging
import re

import pytest

from kernel.http import Api, requires
from kernel.lists import listing
from kernel.telemetry import logger
from tests.callers import ask
from tests.integration.kernel.things import AT, recorded, save, stored
from tests.integration.kernel.things_api import THINGS, assert_is_problem, things

pytestmark = pytest.mark.usefixtures("aws")

TOKEN, TEXT = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", r'"(?:[^"\\]|\\.)*"'
METRIC = rf"{TOKEN}(?:\s*;\s*{TOKEN}\s*=\s*(?:{TOKEN}|{TEXT}))*"  # https://www.w3.org/TR/server-timing/#the-server-timing-header-field

mine = Api()


@mine.get("/v1/mine", middlewares=requires("things.read"))
def my_things():
    return listing(THINGS, mine, only={"group_id": ("grp_1", "grp_2"), "status": ("open",)})


@pytest.fixture
def logged():
    """The records that are logged, whatever the level of the tests is."""
    found = []

    class Keep(logging.Handler):
        def emit(self, record):
            found.append(record)

    keep, level = Keep(), logger.log_level
    logger.addHandler(keep)
    logger.setLevel("INFO")
    yield found
    logger.setLevel(level)
    logger.removeHandler(keep)


def test_how_a_list_was_found_is_in_its_header_and_in_the_one_line_of_the_log(owner, logged):
    stored(60, status=lambda n: ("open", "paid")[n % 2])
    for query, plan, examined in (({"limit": "20"}, "gsi1", 21), ({"status": "open", "limit": "5"}, "gsi2 status", 6), ({"sort": "id"}, "gsi1 then by id", 60)):
        logged.clear()
        answer = ask(things, "GET", "/v1/things", headers=owner, **query)
        timing = answer.headers["Server-Timing"]
        assert re.fullmatch(rf"{METRIC}(?:\s*,\s*{METRIC})*", timing)
        assert timing.startswith(f'plan;desc="{plan}", examined;desc="{examined}", db;dur=')
        [line] = [record for record in logged if record.msg == "request"]
        assert (line.plan, line.examined) == (plan, examined)
        assert 0 < line.db_ms < line.ms


def test_what_one_request_noted_is_not_in_the_line_of_the_next(owner, logged):
    ask(things, "GET", "/v1/things", headers=owner)
    ask(things, "GET", "/v1/things/thg_none", headers=owner)
    first, second = (record for record in logged if record.msg == "request")
    assert hasattr(first, "plan")
    assert not hasattr(second, "plan")


def test_a_list_shows_the_fields_that_are_asked_for(owner):
    [one] = stored(1, name="Acme", rank=3)
    answer = ask(things, "GET", "/v1/things", headers=owner, fields="rank,id,rank")
    assert answer.body == {"data": [{"id": one.id, "rank": 3}], "next_cursor": None}


def test_so_does_a_get_whose_version_is_that_of_the_whole(owner):
    [one] = stored(1, name="Acme")
    answer = ask(things, "GET", f"/v1/things/{one.id}", headers=owner, fields="name")
    assert (answer.status, answer.body, answer.headers["ETag"]) == (200, {"name": "Acme"}, '"1"')


@pytest.mark.parametrize("fields", ["", "id,", "id,colour", "secret", "head", "id name", "*", "extra.tier"])
@pytest.mark.parametrize("path", ["/v1/things", "/v1/things/thg_none"])
def test_a_field_that_is_none_is_a_400_that_names_the_others(owner, path, fields):
    ask(things, "GET", "/v1/things", headers=owner)  # the caller is known from here on
    with recorded() as calls:
        answer = ask(things, "GET", path, headers=owner, fields=fields)
    assert_is_problem(answer, 400, "unknown_field")
    assert answer.body["allowed"] == ["created_at", "deleted_at", "extra", "id", "name", "rank", "updated_at", "version"]
    assert [name for name, _ in calls] == ["BatchGetItem"]  # who calls; nothing of what is asked


def test_another_choice_of_fields_goes_on_with_the_same_cursor(owner):
    stored(3)
    cursor = ask(things, "GET", "/v1/things", headers=owner, limit="2", fields="id").body["next_cursor"]
    assert ask(things, "GET", "/v1/things", headers=owner, limit="2", cursor=cursor).status == 200


def test_the_server_narrows_a_list_and_no_caller_widens_it(owner):
    things_ = stored(12, group_id=lambda n: f"grp_{n % 3}", status=lambda n: ("open", "paid")[n // 6])
    allowed = sorted(one.id for one in things_ if one.group_id != "grp_0" and one.status == "open")
    things_[0].deleted_at = AT
    save(things_[0])

    def ids(**query):
        answer = ask(mine, "GET", "/v1/mine", headers=owner, **query)
        assert answer.status == 200
        return sorted(one["id"] for one in answer.body["data"])

    assert ids() == ids(include_deleted="true") == allowed
    assert ids(group_id="grp_1,grp_0") == ids(group_id="grp_1") == [one for one in allowed if one in {t.id for t in things_ if t.group_id == "grp_1"}]
    assert ids(group_id="grp_0") == ids(status="paid") == ids(status__in="paid,void") == ids(id=things_[0].id) == []
    assert ids(group_id__isnull="true") == ids(status__ne="open") == []
    assert ids(id=",".join(one.id for one in things_[:5]), sort="id") == [one.id for one in sorted(things_[:5], key=lambda t: t.id) if one.id in allowed]


def test_a_cursor_of_one_scope_opens_no_other(owner):
    stored(5, group_id="grp_1")
    cursor = ask(mine, "GET", "/v1/mine", headers=owner, limit="2").body["next_cursor"]
    assert ask(mine, "GET", "/v1/mine", headers=owner, limit="2", cursor=cursor).status == 200
    assert_is_problem(ask(things, "GET", "/v1/things", headers=owner, limit="2", cursor=cursor), 400, "invalid_cursor")
