"""Headers of columns: English from the fields' names, German from a small catalogue, where that has the field."""

from functions.exports.formats import Label

_ENGLISH = {"dispute_fee": "Dispute fee (minor units)", "fee": "Fee (minor units)", "id": "ID", "net": "Net (minor units)",
            "pdf_sha256": "PDF SHA-256",
            "unit_amount": "Unit amount (minor units)", "vat_id": "VAT ID", "vat_id_valid": "VAT ID valid", "xlsx_sha256": "XLSX SHA-256"}
_GERMAN = {
    "action_url": "Link zur Freigabe", "address": "Adresse", "amount": "Betrag", "amount_due": "Zahlbetrag", "amount_paid": "Bezahlt",
    "amount_charged_back": "Zurückgebucht", "amount_disputed": "Angefochten", "amount_outside": "Als bezahlt markiert, ohne Eingang",
    "amount_refunded": "Erstattet", "attempt": "Versuch", "attempts": "Versuche", "balance_applied": "Verrechnetes Guthaben",
    "branding": "Gestaltung", "bank": "Bankverbindung", "channel": "Kanal", "clock_id": "Testuhr-ID", "code": "Code",
    "collect": "Wird eingezogen", "country": "Land", "created_at": "Angelegt am", "credit_to_balance": "Gutschrift auf Guthaben",
    "credited": "Gutgeschrieben", "currency": "Währung", "deleted_at": "Gelöscht am", "description": "Beschreibung", "discount": "Rabatt",
    "dispute_fee": "Gebühr der Anfechtung (kleinste Einheit)",
    "due_at": "Fällig um", "due_on": "Fällig am", "edition": "Ausgabe", "email": "E-Mail", "error": "Fehler", "extra": "Weitere Angaben",
    "failure": "Fehler", "features": "Funktionen", "fee": "Gebühr (kleinste Einheit)", "gateway_id": "Gateway-ID", "id": "ID",
    "interval": "Intervall",
    "interval_count": "Anzahl Intervalle", "invoice_id": "Rechnungs-ID", "is_default": "Standard", "issued_at": "Ausgestellt um",
    "issued_on": "Rechnungsdatum", "issuer_id": "Aussteller-ID", "kind": "Art", "language": "Sprache", "limits": "Grenzen", "name": "Name",
    "net": "Netto (kleinste Einheit)", "number": "Nummer", "owner_id": "Zuständig (ID)", "paid_at": "Bezahlt am", "percent": "Prozent",
    "period_end": "Zeitraum bis", "period_start": "Zeitraum von", "phone": "Telefon", "plan_id": "Plan-ID", "price_id": "Preis-ID",
    "quantity": "Menge", "reason": "Grund", "recipient": "Empfänger", "role": "Rolle", "rounding": "Rundung", "series": "Nummernkreis",
    "status": "ExportStatus", "subject": "Betreff", "subscription_id": "Abonnement-ID", "subtotal": "Zwischensumme", "tax": "Steuer",
    "template": "Vorlage", "tenant_id": "Mandanten-ID", "total": "Gesamtbetrag", "transaction_id": "Transaktions-ID",
    "trial_days": "Testtage", "trial_end": "Testphase bis", "unit_amount": "Einzelpreis (kleinste Einheit)", "updated_at": "Geändert am",
    "vat_id": "USt-IdNr.", "vat_id_valid": "USt-IdNr. geprüft", "version": "Version", "voided_at": "Storniert am", "website": "Webseite",
    "zone": "Zeitzone"}


def label(language: str) -> Label:
    """What a field is called in a language: `invoice_id` is "Invoice ID"."""
    return (lambda field: _GERMAN.get(field) or _english(field)) if language == "de" else _english


def _english(field: str) -> str:
    words = field.replace("_", " ").capitalize()
    return _ENGLISH.get(field) or (f"{words[:-2]}ID" if words.endswith(" id") else words)
