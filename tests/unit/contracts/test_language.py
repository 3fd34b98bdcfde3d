"""What a template can say, and what it cannot do."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.contracts.language import MOST, SAMPLES, blocks, check, render
from kernel.problems import Invalid

FIELDS = {"seats": "12", "items": "none"}


def refusal(body):
    with pytest.raises(Invalid) as refused:
        check(body, FIELDS)
    assert refused.value.field == "body"
    return refused.value.code, refused.value.context["line"]


def test_variables_fields_and_conditions_are_written():
    body = "{{ tenant_name|upper }} takes {{ custom.seats }}{% if plan == 'Pro' and not tenant_vat_id %}, untaxed{% endif %}."
    assert render(body, SAMPLES | {"tenant_vat_id": ""}, FIELDS) == "ACME GMBH takes 12, untaxed."


def test_a_field_that_is_called_like_a_method_is_still_a_text():
    assert render("{{ custom.items }}", SAMPLES, FIELDS) == "none"


@pytest.mark.parametrize(("body", "code", "line"), [
    ("a\n{{ tenant_nmae }}", "unknown_variable", 2),
    ("a\n\n{{ custom.chairs }}", "unknown_variable", 3),
    ("{{ custom }}", "unknown_variable", 1),
    ("{{ custom.__class__ }}", "unknown_variable", 1),
    ("{{ tenant_name.__class__.__mro__ }}", "unsafe_expression", 1),
    ("{{ tenant_name['x'] }}", "unsafe_expression", 1),
    ("{{ ''.join(tenant_name) }}", "unsafe_expression", 1),
    ("{{ 'a' * 1000000000 }}", "unsafe_expression", 1),
    ("{{ 9 ** 9 ** 9 }}", "unsafe_expression", 1),
    ("{{ plan|attr('x') }}", "unsafe_expression", 1),
    ("{{ plan|center(999999999) }}", "unsafe_expression", 1),
    ("{{ plan|upper(*price) }}", "unsafe_expression", 1),
    ("{% for a in range(10) %}x{% endfor %}", "unsafe_expression", 1),
    ("{% set a = 1 %}", "unsafe_expression", 1),
    ("{% include 'x' %}", "unsafe_expression", 1),
    ("{% macro a() %}{% endmacro %}", "unsafe_expression", 1),
    ("x\n{% if plan %}", "template_syntax", 2),
    ("{{ plan", "template_syntax", 1),
    ("{{ " + "(" * 5000 + "plan" + ")" * 5000 + " }}", "unsafe_expression", 1),
    ("{% if plan %}" * 200 + "{% endif %}" * 200, "unsafe_expression", 1),
    ("x\n{% if custom.seats > 3 %}x{% endif %}", "unsafe_expression", 2),
    ("{% if 'a' in true %}x{% endif %}", "unsafe_expression", 1),
    ("{{ 'a' if (plan == title) < price else 'b' }}", "unsafe_expression", 1),
    pytest.param("{{ " + "9" * 5000 + " }}", "unsafe_expression", 1, id="a long number"),
    (r"{{ '\ud800' }}", "unsafe_expression", 1),
    ("{{ plan|nope }}", "unsafe_expression", 1)])  # fmt: skip
def test_what_a_template_cannot_hold_is_refused_with_its_line(body, code, line):
    assert refusal(body) == (code, line)


def test_a_text_that_grows_too_long_is_given_up():
    with pytest.raises(Invalid) as refused:
        render("{{ plan }}" * 1000, SAMPLES | {"plan": "x" * (MOST // 900)}, {})
    assert refused.value.code == "text_too_long"


@given(st.text(max_size=300))
def test_whatever_is_sent_is_refused_or_written_and_values_are_never_read_as_a_template(text):
    assert render("{{ plan }}", SAMPLES | {"plan": text}, {}) == text
    with suppress(Invalid):
        render(text, SAMPLES, {})


def test_lines_become_headings_points_and_paragraphs():
    found = blocks("# One\nfirst\nsecond\n\nthird\n- a\n- b\n  goes on\n## Two\n")
    assert [(block.kind, block.text) for block in found] == [
        ("heading", "One"), ("paragraph", "first second"), ("paragraph", "third"), ("point", "a"), ("point", "b goes on"),
        ("subheading", "Two")]
