"""The words on an invoice, in each language that it speaks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Labels:
    """One language's words; `language` is its own ISO 639 code and becomes the language of the document."""

    language: str
    invoice: str
    draft: str
    void: str
    billed_to: str
    sender: str
    number: str
    issued_on: str
    due_on: str
    amount_due: str
    payable_by: str
    vat_id: str
    description: str
    quantity: str
    unit_price: str
    tax: str
    net: str
    amount: str
    credit: str
    charge: str
    subtotal: str
    discount: str
    rounding: str
    total: str
    credited: str
    balance_applied: str
    credit_to_balance: str
    payment: str
    account_holder: str
    iban: str
    bic: str
    reference: str
    page: str
    page_of: str
    zero_rated: str
    exempt: str
    reverse_charge: str
    intra_community: str
    export: str
    outside_scope: str

    def tax_category(self, category: str) -> str:
        """Name of a category of EN 16931 (UNCL 5305); empty for the standard rate, of which the rate says all."""
        names = {
            "Z": self.zero_rated,
            "E": self.exempt,
            "AE": self.reverse_charge,
            "K": self.intra_community,
            "G": self.export,
            "O": self.outside_scope,
        }
        return names.get(category, "")


ENGLISH = Labels(
    language="en",
    invoice="Invoice",
    draft="DRAFT",
    void="VOID",
    billed_to="Billed to",
    sender="From",
    number="Invoice number",
    issued_on="Date of issue",
    due_on="Due date",
    amount_due="Amount due",
    payable_by="Payable by {date}",
    vat_id="VAT ID",
    description="Description",
    quantity="Quantity",
    unit_price="Unit price",
    tax="Tax",
    net="Net",
    amount="Amount",
    credit="Credit",
    charge="Change of plan",
    subtotal="Subtotal",
    discount="Discount",
    rounding="Rounding",
    total="Total",
    credited="Credit notes",
    balance_applied="Paid from balance",
    credit_to_balance="Added to balance",
    payment="Payment",
    account_holder="Account holder",
    iban="IBAN",
    bic="BIC",
    reference="Reference",
    page="Page",
    page_of="of",
    zero_rated="Zero rated",
    exempt="Exempt from tax",
    reverse_charge="Reverse charge",
    intra_community="Intra-Community supply",
    export="Export",
    outside_scope="Not subject to tax",
)

GERMAN = Labels(
    language="de",
    invoice="Rechnung",
    draft="ENTWURF",
    void="STORNIERT",
    billed_to="Rechnung an",
    sender="Von",
    number="Rechnungsnummer",
    issued_on="Rechnungsdatum",
    due_on="Fällig am",
    amount_due="Zahlbetrag",
    payable_by="Zahlbar bis {date}",
    vat_id="USt-IdNr.",
    description="Beschreibung",
    quantity="Menge",
    unit_price="Einzelpreis",
    tax="USt.",
    net="Netto",
    amount="Betrag",
    credit="Gutschrift",
    charge="Tarifwechsel",
    subtotal="Zwischensumme",
    discount="Rabatt",
    rounding="Rundung",
    total="Gesamtbetrag",
    credited="Gutschriften",
    balance_applied="Aus Guthaben bezahlt",
    credit_to_balance="Dem Guthaben zugeführt",
    payment="Zahlung",
    account_holder="Kontoinhaber",
    iban="IBAN",
    bic="BIC",
    reference="Verwendungszweck",
    page="Seite",
    page_of="von",
    zero_rated="Nullsatz",
    exempt="Steuerfrei",
    reverse_charge="Steuerschuldnerschaft des Leistungsempfängers",
    intra_community="Innergemeinschaftliche Lieferung",
    export="Ausfuhr",
    outside_scope="Nicht steuerbar",
)

_CATALOGUE = {labels.language: labels for labels in (ENGLISH, GERMAN)}


def labels_for(language: str) -> Labels:
    """The words of a language code such as `de` or `de_AT`; English where a language has none."""
    return _CATALOGUE.get(language.replace("-", "_").split("_")[0].lower(), ENGLISH)
