"""Filling in the console's forms as people do: by the labels of the fields, whatever control stands there."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.console.declared import Declared


def control(form: Locator, label: str) -> Locator:
    return form.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$")).first


def fill(page: Page, form: Locator, resource: Declared, typed: dict[str, str]) -> None:
    """`typed`: what goes where, by the key of the field; of a permission the name, of a record its title."""
    for key, value in typed.items():
        if "." in key:  # a part of an address, or of a row
            form.locator(f"input[name='{key}']").fill(value)
        elif resource.field(key).kind == "lines":
            form.get_by_label("Description 1").fill(value)
            form.get_by_label(re.compile("price.* 1$", re.I)).fill("450")
        elif resource.field(key).kind == "objects":
            form.get_by_role("button", name=value, exact=True).click()
        elif resource.field(key).kind == "permissions":
            form.locator(f"input[value='{value}']").check()
        else:
            put(page, control(form, resource.field(key).label), value)


def put(page: Page, field: Locator, value: str) -> None:
    expect(field).to_be_visible()
    tag, kind = field.evaluate("element => [element.tagName, element.type]")
    if tag == "SELECT":
        field.select_option(value)
    elif tag == "BUTTON":
        choose(page, field, value)
    elif kind == "checkbox":
        field.set_checked(value == "true")
    else:
        field.fill(value)


def choose(page: Page, picker: Locator, title: str) -> None:
    """A record of another resource: one of the newest, which the picker offers at once, or what is searched for."""
    picker.click()
    offered = page.get_by_role("listbox").last.get_by_role("option")  # a form has lists of its own
    expect(offered.first).to_be_visible()
    if offered.filter(has_text=title).count() == 0:
        page.get_by_role("combobox").last.fill(title)
    offered.filter(has_text=title).first.click()
    expect(picker).to_contain_text(title)
