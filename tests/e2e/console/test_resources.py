"""Every resource of the console, through the verbs that it declares, against the API."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from local.client import until
from tests.e2e.console.company import Company
from tests.e2e.console.declared import NAMES, Declared, Field, Registry
from tests.e2e.console.forms import fill
from tests.e2e.console.records import CHANGED, FOUND, TYPED
from tests.e2e.console.window import Window

# What is worked at beside us, and would be another while we look. An erasure waits for its schedule, which is off.
UNDER_WAY = {"provisioning", "queued", "running"}


def test_the_names_of_all_resources_are_known_before_the_console_is_built(declared: Registry) -> None:
    assert sorted(declared.resources) == NAMES
    made_by_form = {name for name, each in declared.resources.items() if "create" in each.verbs}
    assert (made_by_form - TYPED.keys(), set(NAMES) - TYPED.keys() - FOUND.keys()) == (set(), set())


@pytest.mark.parametrize("name", NAMES)
def test_a_resource_does_what_it_declares(name: str, console: Window, declared: Registry, company: Company) -> None:
    resource = declared.resources[name]
    deed = Deeds(console, declared, resource, company)
    id = deed.create() if name in TYPED else FOUND[name](company)
    deed.list(id)
    deed.sort()
    deed.filter(id)
    if "export" in resource.verbs:
        deed.export(id)
    deed.view(id)
    if "edit" in resource.verbs:
        deed.edit(id)
    if "restore" in resource.verbs:
        deed.delete(id)
    elif "delete" in resource.verbs:
        deed.destroy(id)


class Deeds:
    """One resource in one window; each deed leaves the window where the next one begins."""

    def __init__(self, console: Window, declared: Registry, resource: Declared, company: Company) -> None:
        self.console, self.page, self.declared, self.resource, self.company = console, console.page, declared, resource, company
        self.name, self.label = resource.name, resource.label

    def record(self, id: str) -> Any:
        return self.company.ask("GET", f"/v1/{self.name}/{id}")

    def create(self) -> str:
        typed = TYPED[self.name](self.company)
        self.console.visit(f"/{self.name}")
        self.console.heading(self.label)
        self.console.button(self.resource.fresh).first.click()
        fill(self.page, self.console.dialog, self.resource, typed)
        made = self.console.answered("POST", self.name, self.console.button("Create", self.console.dialog).click)
        if self.name == "api-keys":  # shown this once
            expect(self.console.dialog.get_by_role("status")).to_have_text(made["key"])
            self.console.button("I have it").click()
        elif self.name == "impersonation":  # from here on it is another's console
            self.console.settle()
            self.console.button("Leave").click()
            expect(self.console.button("Leave")).to_have_count(0)
            self.console.visit(f"/{self.name}")
        else:
            self.console.toast("Created")
        return str(made["id"])

    def list(self, id: str) -> None:
        if self.name in FOUND:
            self.console.load(f"/{self.name}")
        expect(self.console.row(self.label, id)).to_be_visible()

    def sort(self) -> None:
        """By each column that can be: what is shown is in the order of the API."""
        for field in self.resource.fields:
            if not (field.sort and field.list):
                continue
            heading = self.page.get_by_role("columnheader", name=field.label, exact=True)
            self.console.button(field.label, heading).click()
            expect(heading).to_have_attribute("aria-sort", re.compile("ending"))
            sign = "-" if heading.get_attribute("aria-sort") == "descending" else ""
            first = self.company.ask("GET", f"/v1/{self.name}?sort={sign}{field.key}&limit=3")["data"]
            for row, expected in enumerate(first):
                expect(self.console.rows(self.label).nth(row).locator("a").first).to_have_attribute("href", f"/{self.name}/{expected['id']}")

    def filter(self, id: str) -> None:
        """By all of its own values at once it is found; each stands there as a chip, and without them all is shown."""
        record = until(lambda: (found := self.record(id)).get("status") not in UNDER_WAY and found, 60, f"{id} at rest")
        chosen = {field.key: str(record[field.key]).replace("True", "true").replace("False", "false")
                  for field in self.resource.fields if field.filter and is_plain(field) and record.get(field.key) not in (None, "")}
        if not chosen:
            return
        shown = self.console.answered("GET", self.name, lambda: self.console.visit(f"/{self.name}", **chosen),
                                      query=f"{next(iter(chosen))}=")["data"]
        assert all(str(row[key]).lower() == value.lower() for row in shown for key, value in chosen.items())
        expect(self.console.row(self.label, id)).to_be_visible()
        for key in chosen:
            expect(self.console.button(f"Remove filter {self.resource.field(key).label}")).to_be_visible()
        self.console.button("Clear").click()
        expect(self.page.get_by_role("button", name="Remove filter")).to_have_count(0)

    def export(self, id: str) -> None:
        """What the list shows, as a file."""
        self.console.visit(f"/{self.name}", id=id)
        self.console.button("Export").click()
        self.page.get_by_label("JSON Lines").check()
        self.console.button("Start export").click()
        link = self.page.get_by_role("link", name="Download")
        expect(link).to_be_visible(timeout=60_000)  # a whole job
        file = self.console.context.request.get(link.get_attribute("href") or "")
        assert [json.loads(line)["id"] for line in file.text().splitlines()] == [id]
        self.console.button("Close", self.console.dialog).click()

    def view(self, id: str) -> None:
        self.console.visit(f"/{self.name}")
        self.console.row(self.label, id).get_by_role("link").first.click()
        expect(self.page).to_have_url(f"/{self.name}/{id}")
        expect(self.console.button(f"Copy {id}").first).to_be_visible()
        expect(self.page.get_by_role("term").filter(has_text="Created").first).to_be_visible()
        timeline = self.page.get_by_role("complementary", name="Timeline").get_by_role("listitem")
        if "timeline" in self.resource.verbs:
            expect(timeline.first).to_be_visible()

    def edit(self, id: str) -> None:
        key, value = CHANGED.get(self.name, ("name", self.company.name("Changed")))
        timeline = self.page.get_by_role("complementary", name="Timeline")
        self.console.button("Edit").click()
        fill(self.page, self.console.dialog, self.resource, {key: value})
        self.console.answered("PATCH", f"{self.name}/{id}", self.console.button("Save changes").click)
        expect(self.page.get_by_role("definition").filter(has_text=value).first).to_be_visible()
        expect(timeline.get_by_role("insertion").filter(has_text=value).first).to_be_visible()
        assert self.record(id)[key] == value

    def delete(self, id: str) -> None:
        """Gone at once, and there again by undo."""
        self.console.gone.add(id)
        self.console.menu("Delete")
        expect(self.page).to_have_url(f"/{self.name}")
        expect(self.console.row(self.label, id)).to_have_count(0)
        self.console.answered("POST", f"{self.name}/{id}/restore", self.console.button("Undo").click)
        expect(self.console.row(self.label, id)).to_be_visible()
        assert self.record(id)["deleted_at"] is None

    def destroy(self, id: str) -> None:
        """For good, so it is asked about."""
        self.console.gone.add(id)
        self.console.menu("Delete")
        confirm = self.console.button("delete", self.console.dialog).or_(self.console.button("Delete", self.console.dialog))
        expect(confirm).to_be_disabled()
        asked = self.page.get_by_label("to confirm")
        asked.fill((self.page.get_by_text("to confirm").inner_text()).removeprefix("Type ").removesuffix(" to confirm"))
        self.console.answered("DELETE", f"{self.name}/{id}", confirm.click)
        self.console.visit(f"/{self.name}")
        self.console.heading(self.label)
        expect(self.console.row(self.label, id)).to_have_count(0)


def is_plain(field: Field) -> bool:
    return field.kind in ("text", "email", "enum", "bool", "ref")
