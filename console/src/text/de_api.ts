// German for what the API names: its verbs, permissions and resources.
import type * as english from "./en_api";
import { plurals } from "./plural";

const n = plurals("de");
type Like<Words> = { [Key in keyof Words]: string };

export const verbs: Like<typeof english.verbs> = {
  activate: "Aktivieren",
  advance: "Vorstellen",
  cancel: "Kündigen",
  change: "Tarif wechseln",
  contact: "Als kontaktiert markieren",
  convert: "Testphase starten",
  deactivate: "Deaktivieren",
  default: "Als Standard festlegen",
  disable: "Deaktivieren",
  enable: "Aktivieren",
  end: "Beenden",
  finalize: "Festschreiben",
  kill: "Abschalten",
  lose: "Als verloren markieren",
  "make-default": "Als Standard festlegen",
  "mark-paid": "Als bezahlt markieren",
  "mark-uncollectible": "Ausbuchen",
  notes: "Notiz hinzufügen",
  offboard: "Abwickeln",
  pause: "Pausieren",
  prices: "Preis hinzufügen",
  qualify: "Qualifizieren",
  refunds: "Erstatten",
  renew: "Verlängern",
  reopen: "Wieder öffnen",
  resend: "Erneut senden",
  resume: "Fortsetzen",
  retry: "Erneut versuchen",
  revoke: "Widerrufen",
  rotate: "Erneuern",
  send: "Zur Unterschrift senden",
  suspend: "Sperren",
  terminate: "Nicht verlängern",
  uncancel: "Kündigung zurücknehmen",
  void: "Stornieren",
  withdraw: "Zurückziehen",
};

export const permissions: Like<typeof english.permissions> = {
  api_keys: "API-Schlüssel",
  audit: "Audit-Log",
  clocks: "Testuhren",
  contracts: "Verträge",
  exports: "Exporte",
  flags: "Flags",
  impersonation: "Handeln als Mandant",
  insights: "Auswertungen",
  invoices: "Rechnungen",
  leads: "Leads",
  notifications: "Nachrichten",
  payments: "Zahlungen",
  plans: "Tarife",
  settings: "Einstellungen",
  staff: "Mitglieder",
  subscriptions: "Abonnements",
  tenants: "Mandanten",
};

export const deeds: Like<typeof english.deeds> = {
  "*": "alles",
  all: "die anderer",
  convert: "Testphasen starten",
  evaluate: "nachfragen, welche Flags an sind",
  inspect: "lesen",
  read: "lesen",
  send: "senden und verlängern",
  sessions: "Sitzungen anderer",
  views: "Ansichten speichern",
  write: "ändern",
};

export const groups: Like<typeof english.groups> = {
  customers: "Kunden",
  revenue: "Umsatz",
  platform: "Plattform",
  settings: "Einstellungen",
};

export const views: Like<typeof english.views> = {
  active: "Aktiv",
  archived: "Archiviert",
  drafts: "Entwürfe",
  failed: "Fehlgeschlagen",
  killed: "Abgeschaltet",
  live: "Jetzt angemeldet",
  open: "Offen",
  paid: "Bezahlt",
  past_due: "Überfällig",
  pending: "Offen",
  qualified: "Qualifiziert",
  refunds: "Erstattungen",
  replaced: "Ersetzt",
  requires_action: "Bestätigung nötig",
  suspended: "Gesperrt",
  trials: "Testphasen",
  unknown: "Ausgang ungewiss",
};

/** `fresh` is the whole phrase, since its article follows the gender. */
const words = (label: string, one: string, fresh: string, empty: string) => ({
  label,
  one,
  fresh,
  empty,
  count: (many: number) => n(many, { one: `1 ${one}`, other: `{n} ${label}` }),
});

export const resources: typeof english.resources = {
  "api-keys": words("API-Schlüssel", "API-Schlüssel", "Neuer API-Schlüssel", "Mit einem Schlüssel greift ein Programm zu, mit den Berechtigungen, die Sie wählen."), // prettier-ignore
  contacts: words("Kontakte", "Kontakt", "Neuer Kontakt", "Hier erscheinen die Menschen bei Ihren Mandanten."),
  contracts: words(
    "Verträge",
    "Vertrag",
    "Neuer Vertrag",
    "Schreiben Sie einen nach einer Vorlage und senden Sie ihn zur Unterschrift.",
  ),
  "contract-templates": words("Vertragsvorlagen", "Vorlage", "Neue Vorlage", "Verträge entstehen aus einer Vorlage."),
  flags: words(
    "Flags",
    "Flag",
    "Neues Flag",
    "Ein Flag schaltet etwas für einen Teil Ihrer Mandanten ein. Legen Sie das erste an.",
  ),
  exports: words(
    "Exporte",
    "Export",
    "Neuer Export",
    "Exportieren Sie eine Liste, dann liegt die Datei eine Weile hier.",
  ),
  gateways: words("Gateways", "Gateway", "Neues Gateway", "Verbinden Sie ein Zahlungskonto, um Karten zu belasten."),
  impersonation: words(
    "Impersonation",
    "Impersonation",
    "Neue Impersonation",
    "Wer als Mandant handelt, um ihm zu helfen, steht hier mit dem Grund.",
  ),
  invoices: words("Rechnungen", "Rechnung", "Neue Rechnung", "Die erste entsteht aus einem Abonnement, oder Sie schreiben sie selbst."), // prettier-ignore
  "invoices/balances": words(
    "Guthaben",
    "Guthaben",
    "Neues Guthaben",
    "Für diesen Mandanten ist kein Guthaben vorhanden.",
  ),
  leads: words("Leads", "Lead", "Neuer Lead", "Aus einem Lead kann ein Kunde werden. Legen Sie den ersten an."),
  notifications: words(
    "Nachrichten",
    "Nachricht",
    "Neue Nachricht",
    "Hier erscheint jede E-Mail und SMS, die gesendet wird.",
  ),
  "payment-methods": words(
    "Zahlungsmittel",
    "Zahlungsmittel",
    "Neues Zahlungsmittel",
    "Es ist keine Karte hinterlegt.",
  ),
  plans: words("Tarife", "Tarif", "Neuer Tarif", "Ein Tarif hat Preise; Mandanten abonnieren einen davon."),
  prices: words("Preise", "Preis", "Neuer Preis", "Fügen Sie einen Preis hinzu, dann kann der Tarif verkauft werden."),
  "settings/issuers": words("Rechnungssteller", "Rechnungssteller", "Neuer Rechnungssteller", "Das Unternehmen, das Ihre Rechnungen ausstellt."), // prettier-ignore
  "settings/tax-rates": words(
    "Steuersätze",
    "Steuersatz",
    "Neuer Steuersatz",
    "Ein Satz für jedes Land, in das Sie verkaufen.",
  ),
  staff: words("Mitglieder", "Mitglied", "Neues Mitglied", "Laden Sie eine Kollegin oder einen Kollegen ein."),
  "staff/invitations": words(
    "Einladungen",
    "Einladung",
    "Neue Einladung",
    "Wer eingeladen ist, erhält eine E-Mail mit einem Link.",
  ),
  "staff/roles": words("Rollen", "Rolle", "Neue Rolle", "Sechs Rollen sind vorgegeben; eigene legen Sie hier an."),
  "staff/sessions": words("Sitzungen", "Sitzung", "Neue Sitzung", "Niemand ist angemeldet."),
  "staff/views": words("Gespeicherte Ansichten", "Gespeicherte Ansicht", "Neue Ansicht", "Speichern Sie den Filter einer Liste, dann wird er zum Reiter."), // prettier-ignore
  subscriptions: words(
    "Abonnements",
    "Abonnement",
    "Neues Abonnement",
    "Schließen Sie für einen Mandanten ein Abonnement ab.",
  ),
  tenants: words(
    "Mandanten",
    "Mandant",
    "Neuer Mandant",
    "Ein Mandant ist ein Kunde von Ihnen. Legen Sie den ersten an.",
  ),
  "test-clocks": words(
    "Testuhren",
    "Testuhr",
    "Neue Testuhr",
    "Binden Sie Mandanten an eine Uhr und stellen Sie ihre Zeit vor.",
  ),
  transactions: words(
    "Transaktionen",
    "Transaktion",
    "Neue Transaktion",
    "Hier erscheinen Zahlungen und Erstattungen.",
  ),
};
