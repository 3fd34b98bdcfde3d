"""Every template, in both languages: whole, escaped, on one line where it must be."""

from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markupsafe import Markup

from functions.notifications import render
from functions.notifications.models import Template
from functions.notifications.rules import gsm_units, one_line
from functions.notifications.sender import Attachment, Mail, mime
from functions.settings.contract import Issuer
from kernel.money import Money

ISSUER = Issuer(
    id="set_1", name="Acme Software GmbH", address={"line1": "Lindenstr. 1", "postal_code": "10969", "city": "Berlin", "country": "DE"},
    vat_id="DE136695976", email="billing@acme.test", website="https://acme.test", zone="Europe/Berlin", currency="EUR", language="de",
    bank={"iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "name": ""}, register_note="HRB 12345", number_prefix="INV",
    payment_terms_days=14, prices_include_tax=False, dunning_days=(2,), branding={"accent": "#0f766e", "footer": "Made in Berlin"})
VALUES: dict[str, Any] = {
    "issuer": ISSUER, "customer": "Globex", "zone": "Europe/Berlin", "number": "INV-2026-00042", "plan": "Pro", "automatic": False,
    "amount": Money(amount=123456, currency="EUR"), "due": date(2026, 2, 14), "paid": datetime(2026, 1, 31, 23, 30, tzinfo=UTC),
    "attempt": 2, "code": "insufficient_funds", "next_attempt": datetime(2026, 2, 7, 12, tzinfo=UTC), "last": False,
    "link": "https://console.test/billing?a=1&b=2", "trial_end": datetime(2026, 2, 14, 12, tzinfo=UTC), "resource": "tenants",
    "format": "csv", "rows": 123456, "expires": datetime(2026, 2, 1, 12, tzinfo=UTC), "detail": "too many rows", "host": "Ada",
    "lead": "Globex", "step": "Call them", "before": "Pay", "check": "Website", "error": "status 503 instead of 200",
    "since": datetime(2026, 1, 31, 12, tzinfo=UTC), "minutes": 12, "title": "We move", "html": Markup("<p>On <b>Sunday</b>.</p>"),
    "text": "On **Sunday**.", "severity": "warning", "ticket": 12, "about": "It is broken", "paragraphs": ["Try again.", "Thanks"],
    "files": ["a.pdf"], "promise": "first_reply", "broken": True, "drill": True, "contract": "Services 2026", "pin": "******", "signer": "Ada",
    "reason": "too dear", "months": 12, "ends": datetime(2027, 3, 1, tzinfo=UTC)}
EVERY = [(name, language) for name in get_args(Template) for language in render.LANGUAGES]
EVIL = '\r\nBcc: a@b.test {{7*7}} {% raw %} <script>alert(1)</script> "quoted" &amp;'
VOID = {"meta", "br", "img", "hr", "input", "link"}


class Tags(HTMLParser):
    """Collects tags and their attributes, and says whether each was closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(("template", "language"), EVERY)
def test_a_mail_is_whole_in_html_and_text(template, language):
    found = render.mail(template, language, VALUES)
    assert Tags(found.html).open == []
    assert f'lang="{language}"' in found.html and "Acme Software GmbH" in found.html and "Made in Berlin" in found.html
    assert "#0f766e" in found.html and max(map(len, found.text.splitlines())) <= 76
    assert found.subject and "\n" not in found.subject and "<" not in found.text and ": None" not in found.text
    assert all(fact in found.text for fact in ("Lindenstr. 1", "10969 Berlin", "DE136695976", "HRB 12345"))


@pytest.mark.parametrize(("template", "language"), EVERY)
def test_what_users_wrote_is_only_ever_text(template, language):
    harmless = [tag for tag, _ in Tags(render.mail(template, language, VALUES).html).seen]
    evil = VALUES | {"issuer": replace(ISSUER, name=f"N{EVIL}", address=dict.fromkeys(ISSUER.address, EVIL), register_note=EVIL,
                                       branding={"accent": "#0f766e", "footer": EVIL}), "customer": EVIL, "number": EVIL, "plan": EVIL, "host": EVIL,
                     "lead": EVIL, "step": EVIL, "before": EVIL, "check": EVIL, "error": EVIL, "title": EVIL,
                     "about": EVIL, "paragraphs": [EVIL, EVIL], "files": [EVIL],
                     "contract": EVIL, "signer": EVIL, "reason": EVIL}
    found = render.mail(template, language, evil)
    assert [tag for tag, _ in Tags(found.html).seen] == harmless
    assert "{{7*7}}" in found.html and "{{7*7}}" in found.text and "{% raw %}" in found.text
    paragraphs = render.mail(template, language, VALUES).text.count("\n\n")
    assert ("\r" in found.text, found.text.count("\n\n"), "\n" in found.subject) == (False, paragraphs, False)


def test_amounts_and_dates_are_written_as_the_language_does():
    english, german = (" ".join(render.mail("receipt", language, VALUES).text.split()) for language in ("en", "de"))
    assert "€1,234.56" in english and "February 1, 2026" in english  # half past eleven UTC is the next day in Berlin
    assert "1.234,56 €" in german and "1. Februar 2026" in german
    yen = render.mail("refund", "en", VALUES | {"amount": Money(amount=1200, currency="JPY")})
    dinar = render.mail("refund", "de", VALUES | {"amount": Money(amount=-1234567, currency="KWD")})
    assert "¥1,200" in yen.subject and "1.234,567 KWD" in dinar.subject


def test_a_forgotten_value_is_an_error_and_not_a_gap():
    with pytest.raises(UndefinedError):
        render.mail("refund", "en", {name: value for name, value in VALUES.items() if name != "customer"})


def test_both_languages_have_every_template_and_nothing_else():
    folder = Path(render.__file__).parent / "templates"
    names = {language: sorted(path.name for path in (folder / language).iterdir()) for language in render.LANGUAGES}
    assert names["en"] == names["de"] == sorted([*(f"{name}.jinja" for name in get_args(Template)), "dunning.sms", "health_failed.sms", "health_recovered.sms", "contract_code.sms"])
    assert (render.language_of("de"), render.language_of("fr")) == ("de", "en")


@settings(deadline=None)
@given(sender=st.text(min_size=1, max_size=120), amount=st.integers(1, 10**12), currency=st.sampled_from(["EUR", "JPY", "KWD", "INR"]),
       language=st.sampled_from(render.LANGUAGES))
def test_an_sms_is_one_sms_whoever_sends_it(sender, amount, currency, language):
    values = VALUES | {"amount": Money(amount=amount, currency=currency), "link": "https://console.example.com/billing"}
    text = render.sms("dunning", language, values, sender=sender).text
    assert gsm_units(text) <= 160 and "INV-2026-00042" in text and text.endswith("https://console.example.com/billing")


@settings(deadline=None, max_examples=80)
@given(name=st.text(max_size=150), subject=st.text(max_size=300), evil=st.sampled_from(["", EVIL, "=?utf-8?b?Qg==?=", 'Acme, "Inc."']))
def test_a_mail_has_the_headers_that_we_set_and_no_others(name, subject, evil):
    raw = mime(Mail("msg_1", "kunde@müller.test", subject + evil, "<p>x</p>", "x", name + evil, "billing@acme.test",
                    Attachment("INV-1.pdf", b"%PDF-")))
    read = message_from_bytes(raw, policy=default)
    assert sorted(read.keys()) == ["Auto-Submitted", "Content-Type", "From", "MIME-Version", "Message-ID", "Reply-To", "Subject", "To"]
    assert [each.addr_spec for each in read["To"].addresses] == ["kunde@xn--mller-kva.test"]
    assert [each.addr_spec for each in read["From"].addresses] == ["billing@example.test"]
    assert _ink(read["Subject"]) == _ink(one_line(subject + evil))
    assert _ink(read["From"].addresses[0].display_name) == _ink(one_line(name + evil, 100))


def _ink(text: str) -> str:
    """Without white space: Python's reader puts some between encoded words, where RFC 2047 wants none."""
    return "".join(text.split())
