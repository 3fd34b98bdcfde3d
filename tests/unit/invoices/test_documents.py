"""The PDF of an invoice says what its snapshot says, the same way each time, whatever its texts hold."""

import io
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from functions.invoices import documents
from functions.invoices.documents import page
from tests.unit.invoices.document_samples import a_line, an_address, an_invoice

ROOT = Path(__file__).parents[3]
HOSTILE = [
    "#panic()",
    "*bold* _italic_ $x^2$ `code` @ref <label>",
    "<b>bold</b> &amp;",
    "C:\\new\\table \\u{41}",
    '#import "x" "quoted"',
    "[#sys.inputs] ] } )",
    "株式会社ソニー 한국어 中文",
    "= heading",
    "https://example.org//*x*/",
]


def opened(snapshot: dict[str, Any]) -> PdfReader:
    return PdfReader(io.BytesIO(documents.pdf(snapshot)))


def text_of(snapshot: dict[str, Any]) -> str:
    """The words of all pages in order, each run of white space one space."""
    return " ".join(" ".join(sheet.extract_text() for sheet in opened(snapshot).pages).split())


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


# What a PDF says


def test_a_pdf_names_both_parties_its_number_and_its_days() -> None:
    text = text_of(an_invoice())
    assert "Invoice number INV-2026-00001 Date of issue November 24, 2026 Due date December 8, 2026" in text
    assert "Billed to Acme Widgets 12 rue de la Paix 75002 Paris France VAT ID FR12345678901 accounts@acme.example" in text
    assert "From Nordlicht Software GmbH Friedrichstraße 68 10117 Berlin Germany VAT ID DE123456789" in text
    assert "Payable by December 8, 2026" in text and "HRB 123456 B" in text and "Thank you. Page 1 of 1" in text


def test_a_pdf_shows_each_amount_in_the_currency_of_the_invoice() -> None:
    text = text_of(an_invoice(discount=100, rounding=-1, balance_applied=31, credited=200))
    assert "Amount (EUR)" in text
    assert "Subtotal €49.00 Discount −€1.00 Tax €9.31 Rounding −€0.01 Total €58.31" in text
    assert "Credit notes −€2.00 Paid from balance −€0.31 Amount due €58.31" in text


def test_steps_at_zero_are_left_out() -> None:
    text = text_of(an_invoice())
    assert not [word for word in ("Discount", "Rounding", "balance", "Credit notes") if word in text]


def test_a_service_period_is_the_local_days_that_it_covers() -> None:
    assert "Nov 1 – 30, 2026" in text_of(an_invoice()).replace("\u2009", " ")
    december = a_line(period_start="2026-11-30T23:00:00.000000Z", period_end="2026-12-01T22:59:00.000000Z")
    assert "Dec 1, 2026" in text_of(an_invoice(lines=[december]))


def test_a_unit_price_below_a_cent_is_shown_to_its_last_digit() -> None:
    line = a_line(quantity="18250.5", unit_amount="0.000000000125", amount=0)
    text = text_of(an_invoice(lines=[line]))
    assert "0.00000000000125" in text and "18,250.5" in text


def test_a_negative_line_is_shown_as_a_credit() -> None:
    text = text_of(an_invoice(lines=[a_line(kind="credit", description="Unused time", unit_amount="-1013", amount=-1013)]))
    assert "Unused time Credit · Nov" in text and text.count("−10.13") == 2


def test_bank_details_stand_only_where_there_is_something_to_pay() -> None:
    assert "DE02 1203 0000 0000 2020 51" in text_of(an_invoice())
    assert "BYLADEM1001" not in text_of(an_invoice(amount_due=0))
    assert "BYLADEM1001" not in text_of(an_invoice(status="void"))


def test_the_note_that_a_tax_needs_is_printed_once() -> None:
    row = {"category": "AE", "rate": "0", "base": 4900, "amount": 0, "note": "Article 196, Directive 2006/112/EC"}
    text = text_of(an_invoice(taxes=[row, row | {"rate": "0.0"}]))
    assert "Reverse charge 0% 49.00 0.00" in text
    assert text.count("Article 196, Directive 2006/112/EC") == 1


def test_what_no_tax_applies_to_has_no_rate() -> None:
    row = {"category": "O", "rate": "0", "base": 4900, "amount": 0, "note": ""}
    text = text_of(an_invoice(lines=[a_line(tax_category="O", tax_rate="0")], taxes=[row]))
    assert "Not subject to tax 49.00 0.00" in text and "0%" not in text


def test_a_draft_and_a_void_invoice_are_stamped() -> None:
    draft = text_of(an_invoice(status="draft", number=None, issued_on=None, due_on=None))
    assert "DRAFT" in draft and "INV-" not in draft and "Date of issue" not in draft
    assert "VOID" in text_of(an_invoice(status="void"))
    assert "ENTWURF" in text_of(an_invoice(status="draft", number=None, language="de"))
    assert "DRAFT" not in text_of(an_invoice()) and "VOID" not in text_of(an_invoice())


# Languages and currencies


def test_a_german_invoice_is_german_throughout() -> None:
    text = text_of(an_invoice(language="de", subtotal=123456789)).replace("\xa0", " ")
    assert "Rechnungsdatum 24. November 2026" in text and "Zahlbar bis 8. Dezember 2026" in text and "Frankreich" in text
    assert "Zwischensumme 1.234.567,89 €" in text and "19 %" in text and "1.–30. Nov. 2026" in text and "Seite 1 von 1" in text


def test_a_language_without_labels_has_english_words_and_its_own_figures() -> None:
    text = text_of(an_invoice(language="fr", subtotal=123456789)).replace("\u202f", " ").replace("\xa0", " ")
    assert "Subtotal 1 234 567,89 €" in text and "Due date December 8, 2026" in text


@pytest.mark.parametrize("language", ["ar", "he", "fa", "ja", "pt-BR", "de_AT", "en-GB", "tlh", "", "not a language"])
def test_every_language_tag_makes_a_pdf(language: str) -> None:
    assert "INV-2026-00001" in text_of(an_invoice(language=language))


@pytest.mark.parametrize(
    ("currency", "amount", "written"),
    [("JPY", 4900, "¥4,900"), ("KWD", 4900, "KWD 4.900"), ("USD", -5, "−$0.05"), ("ISK", 4900, "ISK 4,900"), ("HUF", 4900, "HUF 49.00")],
)
def test_a_currency_has_the_decimals_of_iso_4217(currency: str, amount: int, written: str) -> None:
    snapshot = an_invoice(currency=currency, total=amount)
    assert f"Total {written} " in text_of(snapshot)


def test_a_minus_stays_before_its_number_in_right_to_left_locales() -> None:
    text = text_of(an_invoice(language="ar", balance_applied=5731, lines=[a_line(unit_amount="-1013", amount=-1013)]))
    assert " −10.13 19% −10.13 " in text and "Paid from balance −57.31\xa0€ " in text.replace(" €", "\xa0€")


# The file itself


def test_a_pdf_carries_title_author_language_and_the_date_of_issue() -> None:
    reader = opened(an_invoice(language="de", issued_on="2025-03-01"))
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Rechnung INV-2026-00001", "Nordlicht Software GmbH")
    assert reader.metadata.creation_date is not None and reader.metadata.creation_date.date() == date(2025, 3, 1)
    assert str(reader.root_object["/Lang"]) == "de"


def test_a_pdf_is_fit_for_the_archive_unless_a_text_holds_what_no_font_draws() -> None:
    plain = documents.pdf(an_invoice())
    assert b"<pdfaid:part>3</pdfaid:part>" in plain and b"<pdfaid:conformance>A</pdfaid:conformance>" in plain
    rocket = an_invoice(lines=[a_line(description="Launch 🚀 fee")])
    assert b"pdfaid" not in documents.pdf(rocket) and "Launch" in text_of(rocket)


def test_fifteen_lines_fit_on_one_page() -> None:
    assert len(opened(an_invoice(lines=[a_line()] * 15)).pages) == 1


def test_sixty_lines_repeat_the_head_of_the_table_on_every_page_and_lose_no_line() -> None:
    reader = opened(an_invoice(lines=[a_line(description=f"Item number {n:03}") for n in range(60)]))
    pages = [sheet.extract_text() for sheet in reader.pages]
    assert len(pages) == 3
    assert all("Unit price" in text and f"Page {n} of 3" in text for n, text in enumerate(pages, 1))
    assert re.findall(r"Item number (\d{3})", " ".join(pages)) == [f"{n:03}" for n in range(60)]


@pytest.mark.parametrize("make", ["pdf", "xlsx"])
def test_the_same_snapshot_gives_the_same_bytes_in_every_process(make: str) -> None:
    snapshot = an_invoice(lines=[a_line(description=text) for text in HOSTILE])
    code = f"import json, sys; from functions.invoices.documents import {make} as make; sys.stdout.buffer.write(make(json.load(sys.stdin)))"
    path = f"{ROOT}:{ROOT / 'layers/kernel/python'}"

    def elsewhere(seed: str, zone: str) -> bytes:
        environment = {"PYTHONPATH": path, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONUTF8": "1"}
        stdin = json.dumps(snapshot).encode()
        return subprocess.run(
            [sys.executable, "-c", code], input=stdin, env=environment, capture_output=True, check=True, timeout=60
        ).stdout

    here = {getattr(documents, make)(snapshot) for _ in range(2)}
    assert here == {elsewhere("1", "UTC"), elsewhere("2", "Pacific/Auckland")}


def test_only_fonts_that_come_along_are_used() -> None:
    places = {Path(font.path).parent for font in page.fonts().fonts() if font.path}
    assert places == {ROOT / "functions/invoices/templates/fonts"}


def test_making_documents_leaves_the_snapshot_as_it_was() -> None:
    snapshot = an_invoice()
    documents.pdf(snapshot)
    documents.xlsx(snapshot)
    assert snapshot == an_invoice()


# Texts are data


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_printed_as_it_is_wherever_it_stands(text: str) -> None:
    snapshot = an_invoice(number=text, branding={"accent": text, "footer": text}, lines=[a_line(description=text)])
    snapshot["customer"] |= {"name": text, "email": text, "vat_id": text, "address": an_address(line1=text, city=text, country=text)}
    snapshot["issuer"] |= {"register_note": text, "bank": {"name": text, "iban": text, "bic": text}}
    snapshot["taxes"][0]["note"] = text
    assert squeezed(text_of(snapshot)).count(squeezed(text)) >= 9


@pytest.mark.parametrize("text", ["شركة المثال", "חברה לדוגמה", "Ελληνικά Кириллица ₹ ₿", "Łódź Ñandú Ắc"])
def test_every_script_of_our_customers_is_drawn(text: str) -> None:
    made = documents.pdf(an_invoice(lines=[a_line(description=text)]))
    assert b"pdfaid" in made  # PDF/A refuses a sign that no font draws


def test_a_text_cannot_turn_the_direction_of_what_follows() -> None:
    assert "9.00 refund" in text_of(an_invoice(lines=[a_line(description="\u202e9.00\u202c refund")]))


def test_a_word_without_an_end_stays_in_its_column() -> None:
    text = opened(an_invoice(lines=[a_line(description="W" * 400)])).pages[0].extract_text()
    assert max(map(len, re.findall("W+", text))) < 60 and squeezed(text).count("W" * 400) == 1


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_a_document(text: str) -> None:
    snapshot = an_invoice(lines=[a_line(description=text)])
    snapshot["customer"]["name"] = snapshot["issuer"]["name"] = text
    assert len(opened(snapshot).pages) == 1
