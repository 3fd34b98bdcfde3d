"""Every resource does what it declares: each verb is asked of each, in one company that has some of everything."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import openpyxl
import pytest

from functions.audit.worker import handler as auditor
from functions.exports.worker import handler as exporter
from kernel.clock import frozen, wall
from kernel.config import aws
from kernel.records import Json
from kernel.search import plain as plain_text
from kernel.search import words
from tests.callers import signed_in
from tests.integration.everything.inventory import Declared, declared, permission, stock
from tests.integration.writes.company import AT, Company, Snapshot, everything, opened

pytestmark = pytest.mark.xdist_group("resources")
LONG = "x" * 1_100_000
HOSTILE = ("<script>alert(1)</script>", "'; DROP TABLE tenants; --", "=HYPERLINK(\"http://x.test\")", "{{7*7}}${7*7}", "../../etc/passwd",
           "\u202eabc", "\x00", "a\r\nSet-Cookie: x=1")


def each(holds: Callable[[Declared], Any] = lambda _: True) -> Any:
    """For each resource of which that is so."""
    found = [one for one in declared() if holds(one)]
    return pytest.mark.parametrize("one", found, ids=[one.resource.path for one in found])


class Shop:
    """The company, and what it is asked."""

    def __init__(self, company: Company) -> None:
        self.company = company
        stock(company)
        self.start = Snapshot()

    def rows(self, one: Declared, **query: str) -> list[Any]:
        answer = self.company.ask("GET", one.resource.path, **{"limit": "100"} | query)
        assert answer.status == 200, answer.body
        found = list(answer.body["data"])
        while answer.body["next_cursor"]:
            answer = self.company.ask("GET", one.resource.path, **{"limit": "100"} | query | {"cursor": answer.body["next_cursor"]})
            found += answer.body["data"]
        return found

    def first(self, one: Declared) -> Any:
        return self.rows(one, sort="created_at")[0]


@pytest.fixture(scope="module")
def stocked(simulator: str) -> Iterator[Shop]:
    with opened(simulator) as company:
        yield Shop(company)


@pytest.fixture
def shop(stocked: Shop) -> Iterator[Shop]:
    yield stocked
    stocked.start.restore()


def plain(row: Any, name: str) -> Any:
    """A field as filters and sorts see it."""
    value = row.get(name)
    return value["amount"] if isinstance(value, dict) and set(value) == {"amount", "currency"} else value


@each()
def test_a_list_shows_each_once_in_pages_of_any_size(shop: Shop, one: Declared) -> None:
    whole = [row["id"] for row in shop.rows(one)]
    assert bool(whole) is one.is_stocked
    assert len(set(whole)) == len(whole)
    assert [row["id"] for row in shop.rows(one, limit="1")] == whole
    assert [row["id"] for row in shop.rows(one, sort="created_at", limit="2")] == [row["id"] for row in reversed(shop.rows(one, sort="-created_at"))]
    assert all(set(row) == {"id"} for row in shop.rows(one, fields="id"))


@each()
def test_a_filter_shows_those_and_no_others(shop: Shop, one: Declared) -> None:
    rows = shop.rows(one)
    for name in {*one.resource.filters} - {"method"}:  # which is no query of `ask`
        for value in {json.dumps(plain(row, name)) for row in rows if isinstance(plain(row, name), str | int)}:
            text = value.strip('"') if value.startswith('"') else value
            if "," in text or "\\" in text:
                continue  # a comma separates values
            shown = {row["id"] for row in shop.rows(one, **{name: text})}
            assert shown == {row["id"] for row in rows if json.dumps(plain(row, name)) == value}, (name, text)
    unknown = shop.company.ask("GET", one.resource.path, nonsense="1")
    assert (unknown.status, unknown.body["errors"][0]["field"]) == (400, "nonsense")
    for name, values in one.resource.choices.items():
        if name in one.resource.filters and name != "method":
            assert shop.company.ask("GET", one.resource.path, **{name: "nonsense"}).status == 400, (name, values)


@each()
def test_a_list_is_sorted_by_whatever_it_is_filtered_by(shop: Shop, one: Declared) -> None:
    attributes = one.resource.record.get_attributes()
    for name in one.resource.filters:
        if isinstance(attributes.get(name), Json) or name == "extra":
            continue
        up, down = (shop.rows(one, sort=f"{sign}{name}") for sign in ("", "-"))
        assert [row["id"] for row in up] == [row["id"] for row in reversed(down)], name
        values = [value for row in up if (value := plain(row, name)) is not None]
        assert values == sorted(values, key=lambda value: value.casefold() if isinstance(value, str) else value), name
    assert shop.company.ask("GET", one.resource.path, sort="nonsense").body["code"] == "unknown_sort"


@each(lambda one: one.is_stocked and one.resource.record.searched)
def test_a_word_of_it_finds_it(shop: Shop, one: Declared) -> None:
    row = shop.first(one)
    texts = [row[name] for name in one.resource.record.searched if isinstance(row.get(name), str) and "_" not in row[name]]  # ids are found whole
    first = {word for text in texts for word in words(plain_text(text))[:1] if len(word) > 2}
    for asked in {row["id"]} | first:
        assert row["id"] in [found["id"] for found in shop.rows(one, q=asked)], asked
    assert shop.rows(one, q="nothingiscalledthis") == []


@each(lambda one: one.is_stocked)
def test_one_is_shown_as_in_the_list_with_its_version_and_its_story(shop: Shop, one: Declared) -> None:
    row = shop.first(one)
    answer = shop.company.ask("GET", f"{one.resource.path}/{row['id']}")
    assert (answer.status, answer.headers["ETag"]) == (200, f'"{row["version"]}"')
    assert {name: answer.body[name] for name in row} == row
    told = shop.company.ask("GET", f"{one.resource.path}/{row['id']}/timeline").body["data"]
    assert sorted(entry["version"] for entry in told) == list(range(1, row["version"] + 1))
    assert shop.company.done("GET", f"/v1/audit/{row['id']}/verify")["intact"]
    assert shop.company.ask("GET", f"{one.resource.path}/{one.resource.record.prefix}_{'0' * 26}").status == 404


@each(lambda one: one.route("PATCH", "/<id>"))
def test_a_change_merges_names_what_it_refuses_and_meets_a_newer_version(shop: Shop, one: Declared) -> None:
    row = shop.first(one)
    path, match = f"{one.resource.path}/{row['id']}", {"if-match": f'"{row["version"]}"'}
    assert "nonsense" in refused(shop.company.ask("PATCH", path, {"nonsense": 1}, headers=match))
    if "extra" not in one.route("PATCH", "/<id>").func.__annotations__["body"].model_fields:  # type: ignore[union-attr]
        return
    assert shop.company.ask("PATCH", path, {}, headers=match).body["code"] == "empty_patch"
    assert shop.company.ask("PATCH", path, {"extra": {"a": LONG}}, headers=match).status == 413
    assert shop.company.ask("PATCH", path, {"extra": {"a": 1}}, headers={"if-match": '"999"'}).status == 412
    assert shop.company.done("GET", path)["version"] == row["version"]
    changed = shop.company.ask("PATCH", path, {"extra": {"a": 1}}, headers=match)
    if changed.status == 409:
        return  # in its state nothing of it is changed
    assert (changed.status, changed.body["extra"], changed.body["version"]) == (200, row["extra"] | {"a": 1}, row["version"] + 1)
    assert row["id"] in [found["id"] for found in shop.rows(one, **{"extra.a": "1"})]


@each(lambda one: one.route("DELETE", "/<id>"))
def test_what_is_deleted_can_be_restored_until_it_is_gone_for_good(shop: Shop, one: Declared) -> None:
    for row in shop.rows(one):
        path, match = f"{one.resource.path}/{row['id']}", {"if-match": f'"{row["version"]}"'}
        if shop.company.ask("DELETE", path, headers=match).status == 204:
            break
    else:
        pytest.fail("none of them can be deleted")
    assert shop.company.ask("GET", path).status == 404
    assert row["id"] not in [found["id"] for found in shop.rows(one)]
    assert row["id"] in [found["id"] for found in shop.rows(one, include_deleted="true")]
    if one.route("POST", "/<id>/restore"):
        assert shop.company.ask("POST", f"{path}/restore").status == 200
        back = shop.company.ask("GET", path)
        assert back.status == 200
        assert shop.company.ask("DELETE", path, headers={"if-match": back.headers["ETag"]}).status == 204
    purge(shop, days=400)
    left = [item for item in everything(one.resource.record.Meta.table_name) if item["pk"]["S"] == row["id"]]
    assert bool(left) is (one.resource.record.retention is None)  # others refer to it


def refused(answer: Any) -> set[str]:
    """The fields that an answer names."""
    return {each["field"] for each in answer.body.get("errors", [])}


def purge(shop: Shop, *, days: int) -> None:
    with frozen(wall() + timedelta(days=days)):
        auditor({"time": wall().isoformat(), "slot": "purge"}, None)


@each(lambda one: one.is_exported)
@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
def test_a_file_of_it_has_the_rows_of_its_list(shop: Shop, one: Declared, kind: str) -> None:
    before = shop.rows(one)
    asked = shop.company.ask("POST", f"{one.resource.path}/exports", {"format": kind, "sort": "created_at"})
    assert asked.status == 202, asked.body
    detail = {"subject": asked.body["id"], "version": 1, "effective_at": AT, "depth": 0, "request_id": "r",
              "data": {"resource": "x", "format": kind, "columns": [], "filter": {}}}
    exporter({"Records": [{"messageId": "m", "attributes": {"ApproximateReceiveCount": "1"},
                           "body": json.dumps({"detail-type": "exports.requested", "detail": detail})}]}, None)
    done = shop.company.done("GET", f"/v1/exports/{asked.body['id']}")
    ids = {row["id"] for row in before} | {done["id"]}
    data = aws("s3").get_object(Bucket="files", Key=f"exports/{done['id']}.{kind}")["Body"].read()
    found = [next((cell for cell in line if cell in ids), None) for line in lines_in(kind, data)]
    assert (done["status"], done["rows"]) == ("done", len(found))
    assert found == [row["id"] for row in shop.rows(one, sort="created_at") if row["id"] in found]
    assert set(found) >= {row["id"] for row in before}


def lines_in(kind: str, data: bytes) -> list[list[Any]]:
    """Their cells, without a header."""
    if kind == "jsonl":
        return [[each for each in json.loads(line).values() if isinstance(each, str)] for line in data.decode().splitlines()]
    if kind == "csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]
    return [list(line) for line in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)][1:]


@each()
def test_no_route_of_it_answers_strangers_or_those_without_its_permission(shop: Shop, one: Declared) -> None:
    nobody = signed_in("nothing")
    for route in one.routes():
        needs = permission(route)
        if needs is None:
            continue
        path = route.path.replace("<id>", f"{one.resource.record.prefix}_{'0' * 26}")
        for headers, status in (({"authorization": ""}, 401), (nobody, 403)):
            assert shop.company.ask(route.method, path, {}, headers=headers).status == status, (route.method, path)


@each(lambda one: one.made_by())
def test_whatever_is_written_into_it_is_kept_as_it_is_or_refused_by_name(shop: Shop, one: Declared) -> None:
    write = one.made_by()
    assert write is not None
    method, path, body = write.ask(shop.company, write.prepare(shop.company))
    start = Snapshot()
    assert "nonsense" in refused(shop.company.ask(method, path, body | {"nonsense": 1}))
    assert shop.company.ask(method, path, body | {"extra": {"a": LONG}}).status == 413
    for field, text in product([key for key, value in body.items() if isinstance(value, str)], HOSTILE):
        start.restore()
        answer = shop.company.ask(method, path, body | {field: text}, at=write.at, headers=write.headers)
        assert answer.status in (200, 201, 202, 409, 422), (field, text, answer.body)
        if answer.status == 422:
            assert refused(answer) <= {field, ""}, (field, text)
        elif answer.status == 201 and isinstance(answer.body.get(field), str):
            kept = shop.company.done("GET", f"{path}/{answer.body['id']}")[field]
            assert kept.casefold() == text.strip().casefold() or kept == "", (field, text, kept)
