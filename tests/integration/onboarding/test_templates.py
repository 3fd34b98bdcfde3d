"""Templates over HTTP: what they may say, one default, and that a change needs the version it was made on."""

import pytest

from tests.callers import signed_in
from tests.integration.onboarding.conftest import ACTIVATED, ITEMS, PATH, TEMPLATE


def defaults(firm):
    return [each["id"] for each in firm.ask("GET", PATH, is_default="true").body["data"]]


def test_the_first_template_is_the_default_until_another_takes_its_place(firm, template):
    other = firm.made(PATH, TEMPLATE)
    assert defaults(firm) == [template]
    assert firm.ask("POST", f"{PATH}/{other}/make-default").body["is_default"] is True
    assert firm.ask("POST", f"{PATH}/{other}/make-default").body["version"] == 2, "a second time changes nothing"
    assert defaults(firm) == [other]


def test_without_a_default_there_is_no_checklist_and_the_next_template_is_the_default(firm, template):
    assert firm.ask("DELETE", f"{PATH}/{template}", headers={"if-match": '"1"'}).status == 204
    firm.tell(ACTIVATED)
    assert firm.now() is None
    assert firm.ask("POST", f"{PATH}/{template}/restore").body["is_default"] is False
    other = firm.made(PATH, TEMPLATE)
    assert defaults(firm) == [other]


@pytest.mark.parametrize(("items", "field"), [
    ([ITEMS[0], ITEMS[0]], "items.1.key"), ([ITEMS[1]], "items.0.needs"), ([ITEMS[0] | {"needs": ["contact"]}], "items.0.needs"), ([], "items"),
    ([ITEMS[0] | {"done_by": "invoices.voided"}], "items.0.done_by"), ([ITEMS[0] | {"due_days": -1}], "items.0.due_days"),
    ([ITEMS[0] | {"key": "Not a key"}], "items.0.key"), ([ITEMS[0] | {"color": "red"}], "items.0.color"),
    ([{"key": f"k{n}", "title": "\N{PARTY POPPER}" * 120, "description": "\N{PARTY POPPER}" * 400} for n in range(25)], "items")])  # fmt: skip
def test_items_that_make_no_sense_are_refused_by_their_field(firm, template, items, field):
    for answer in (firm.ask("POST", PATH, {"name": "T", "items": items}),
                   firm.ask("PATCH", f"{PATH}/{template}", {"items": items}, headers={"if-match": '"1"'})):
        assert (answer.status, answer.body["errors"][0]["field"]) == (422, field)


def test_a_change_needs_the_newest_version(firm, template):
    body = {"name": "New"}
    assert firm.ask("PATCH", f"{PATH}/{template}", body).status == 428
    assert firm.ask("DELETE", f"{PATH}/{template}").status == 428
    assert firm.ask("PATCH", f"{PATH}/{template}", body, headers={"if-match": '"7"'}).status == 412
    assert firm.ask("PATCH", f"{PATH}/{template}", body, headers={"if-match": '"1"'}).body["name"] == "New"
    assert firm.ask("PATCH", f"{PATH}/obt_none", body).status == 404


def test_a_viewer_reads_and_does_not_write(firm, template, checklist):
    viewer = signed_in("viewer")
    assert firm.ask("GET", f"{PATH}/{template}", headers=viewer).status == 200
    for path, body in ((PATH, TEMPLATE), (f"{PATH}/{template}/make-default", None), (f"/v1/onboarding/{checklist}/tick", {"item": "contact"})):
        assert firm.ask("POST", path, body, headers=viewer).status == 403
