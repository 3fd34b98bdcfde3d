// German for invoices and how they were computed, changes of a plan, payments and messages.
import type { Catalogue } from "./en";

/** Singular after "jeder", plural after a number; the gender of each decides. */
const EVERY: Record<string, [one: string, many: string]> = {
  day: ["jeden Tag", "Tage"],
  week: ["jede Woche", "Wochen"],
  month: ["jeden Monat", "Monate"],
  quarter: ["jedes Quartal", "Quartale"],
  year: ["jedes Jahr", "Jahre"],
};

export const hints: Catalogue["hints"] = {
  refund: "Bleibt das Feld leer, wird alles erstattet, was noch erstattet werden kann.",
  credit: "Nur wenn es sofort endet: Was für die ungenutzte Zeit gezahlt wurde, wird zum Guthaben des Mandanten.",
  replaces: "Wer den alten Preis hat, behält ihn; verkauft wird der neue.",
  markdown: "Markdown: **fett**, *kursiv*, - Liste, [Link](https://…)",
  audience: "IDs der Tarife oder Mandanten, für die es ist, eine je Zeile.",
  begins: "Bleibt das Feld leer, beginnt es mit der Veröffentlichung.",
  ends: "Bleibt das Feld leer, gilt es, bis es zurückgezogen wird.",
};

export const money: Catalogue["money"] = {
  every: (count, interval) => {
    const [one, many] = EVERY[interval] ?? [interval, interval];
    return count === 1 ? one : `alle ${count} ${many}`;
  },
  each: "je Stück",
  quantity: "Menge",
  unitPrice: "Einzelpreis",
  taxNamed: (rate) => `Steuer ${rate} %`,
  line: (id) => `Position ${id}`,
  document: "Dokument",
  openPdf: "PDF öffnen",
  workbook: "Excel",
  noDocument: "Das PDF entsteht, wenn die Rechnung festgeschrieben wird.",
  preview: "Was sich ergäbe",
  explain: (what, amount) => `${what} ${amount}: Wie der Betrag entstanden ist`,
  exactly: "Genau",
  rounded: "Kaufmännisch gerundet",
  minor: (amount, unit) => `${amount} ${unit}`,
  minorUnits: "kleinste Einheiten",
  rules: {
    price: "Menge × Einzelpreis",
    remaining_of_price: "Menge × Einzelpreis × verbleibender Anteil des Zeitraums",
    unused_of_invoiced: "Berechneter Betrag × verbleibender Anteil des Zeitraums, zurückgenommen",
    sum: "Die Summe dieser Beträge",
    what_is_below_zero: "Was an der Summe dieser Beträge unter null liegt",
    at_most_the_sum: "Was verfügbar ist, höchstens die Summe dieser Beträge",
    tax_on_base: "Bemessungsgrundlage × Steuersatz",
    base_within_gross: "Brutto ÷ (100 % + Steuersatz)",
    fixed_discount: "Ein fester Betrag, höchstens so viel wie vorhanden",
    percent_discount: "Ein Prozentsatz davon",
  },
  inputs: {
    at: "Wechsel am",
    available: "Verfügbar",
    base: "Bemessungsgrundlage",
    gross: "Brutto",
    invoiced: "Berechnet",
    line_id: "Position",
    percent: "Prozent",
    period_days: "Tage des Zeitraums",
    period_end: "Bis",
    period_start: "Von",
    price_id: "Preis",
    quantity: "Menge",
    rate: "Steuersatz",
    remaining_days: "Verbleibende Tage",
    unit_amount: "Einzelpreis",
    value: "Rabatt",
    weights: "Positionen",
    zone: "Zeitzone",
  },
  terms: {
    balance: "Aus Guthaben",
    base: "Bemessungsgrundlage",
    "credit notes": "Gutschriften",
    discount: "Rabatt",
    gross: "Brutto",
    rounding: "Rundung",
    subtotal: "Zwischensumme",
    tax: "Steuer",
    "to balance": "Zum Guthaben",
    total: "Gesamtbetrag",
  },
};

export const changing: Catalogue["changing"] = {
  title: "Tarif wechseln",
  price: "Preis",
  current: "Derzeit",
  quantity: "Menge",
  when: "Wann",
  byItself: "Höherer Tarif sofort, niedrigerer zum Ende des Zeitraums",
  preview: "Was dann geschieht",
  choose: "Wählen Sie einen anderen Preis oder eine andere Menge, um die Kosten zu sehen.",
  upgrade: "Höherer Tarif",
  downgrade: "Niedrigerer Tarif",
  same: "Wechsel",
  now: "gilt ab sofort",
  later: (day) => `gilt ab ${day}`,
  nothingDue: "Jetzt ist nichts fällig; die nächste Rechnung enthält den neuen Preis.",
  inTrial: "In der Testphase ist nichts fällig.",
  dueNow: "Jetzt fällig",
  toBalance: "Zum Guthaben des Mandanten",
  confirm: "Wechsel bestätigen",
  noPrices: "In dieser Währung wird kein Tarif angeboten.",
};

export const payment: Catalogue["payment"] = {
  attempts: "Versuche zu dieser Rechnung",
  attempt: (nth) => `Versuch ${nth}`,
  failed: "Die Zahlung ist fehlgeschlagen",
  hard: "Laut Bank darf diese Karte nicht noch einmal belastet werden. Der Mandant muss eine andere hinterlegen.",
  soft: "Ein neuer Versuch ist möglich; die Rechnung nennt den Zeitpunkt.",
  action: "Der Kunde muss diese Zahlung bei seiner Bank bestätigen.",
  actionLink: "Link für den Kunden",
  dispute: {
    open: "Der Kunde ficht diese Zahlung bei seiner Bank an. Nehmen Sie beim Gateway Stellung, bevor die Bank entscheidet.",
    lost: "Die Anfechtung wurde verloren: Die Bank hat das Geld zurückgebucht.",
    won: "Die Anfechtung wurde gewonnen: Das Geld bleibt bei Ihnen.",
  },
  declines: {
    amount_not_refundable: "Mehr, als erstattet werden kann",
    authentication_required: "Die Bank verlangt eine Bestätigung des Kunden",
    card_declined: "Die Karte wurde abgelehnt",
    card_not_supported: "Die Karte kann so nicht belastet werden",
    do_not_honor: "Die Bank hat ohne Angabe von Gründen abgelehnt",
    expired_card: "Die Karte ist abgelaufen",
    fraudulent: "Wegen Betrugsverdachts abgelehnt",
    generic_decline: "Die Bank hat ohne Angabe von Gründen abgelehnt",
    incorrect_cvc: "Die Prüfziffer der Karte war falsch",
    insufficient_funds: "Das Konto ist nicht ausreichend gedeckt",
    lost_card: "Die Karte wurde als verloren gemeldet",
    pickup_card: "Die Bank verlangt, die Karte einzuziehen",
    processing_error: "Ein Fehler bei der Bank",
    stolen_card: "Die Karte wurde als gestohlen gemeldet",
    unusable_method: "Das Zahlungsmittel kann nicht verwendet werden",
  },
};

export const message: Catalogue["message"] = {
  body: "Inhalt",
  html: "Wie gesendet",
  text: "Text",
  empty: "Ohne Text.",
  attachments: "Anhänge",
};
