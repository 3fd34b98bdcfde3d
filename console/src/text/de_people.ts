// German for the audit log, roles, what is left of a key, acting as a tenant, and the own profile.
import type { Catalogue } from "./en";
import { plurals } from "./plural";

const n = plurals("de");

export const audit: Catalogue["audit"] = {
  title: "Audit-Log",
  hint: "Wer was getan hat und wie es vorher war. Ohne Zeitangabe: die letzten 30 Tage.",
  none: "Dazu ist nichts verzeichnet",
  recorded: "Verzeichnet",
  effective: "Wirksam",
  request: "Anfrage",
  cause: "Folgt aus",
  actingFor: "Im Namen von",
  address: "Adresse (Hash)",
  hash: "Hash",
  version: "Version",
  field: "Feld",
  before: "Vorher",
  after: "Nachher",
  noChanges: "Es wurde nichts geändert, das verzeichnet wird.",
  erased: "Was geändert wurde, ist gelöscht.",
  verify: "Kette prüfen",
  verifying: "Wird geprüft …",
  intact: (many) => n(many, { one: "Unversehrt: Der einzige Eintrag ist so, wie er geschrieben wurde", other: "Unversehrt: Alle {n} Einträge sind so, wie sie geschrieben wurden" }), // prettier-ignore
  broken: (version) => `Beschädigt: Eintrag ${version} ist nicht so, wie er geschrieben wurde`,
  system: (feature) => `${feature} (automatisch)`,
  unchained: "Gehört zu keinem Datensatz und damit zu keiner Kette",
  onlyRecord: "Alles zu diesem Datensatz",
  onlyActor: "Alles von diesem Akteur",
  onlyType: "Alles dieser Art",
  openRecord: "Datensatz öffnen",
};

export const digests: Catalogue["digests"] = {
  title: "Tagessiegel",
  hint: "Jeder Tag wird mit einer Signatur versiegelt, die auch den Vortag einschließt. infra/verify_audit.py prüft damit ein exportiertes Log, ohne uns.",
  none: "Noch ist kein Tag versiegelt. Das geschieht nach Mitternacht (UTC).",
  entries: (many, written) => n(many, { one: "1 Eintrag", other: `${written} Einträge` }),
  hash: "Hash",
  previous: "Hash des Vortags",
  key: "Fingerabdruck des Schlüssels",
  digest: "Siegel",
  list: "Liste der Einträge",
  publicKey: "Öffentlicher Schlüssel",
};

export const roles: Catalogue["roles"] = {
  builtIn: "Vorgegeben",
  own: "Eigene",
  custom: "Eigene Rolle des Unternehmens",
  title: "Was die vorgegebenen Rollen erlauben",
  hint: "Sie lassen sich nicht ändern. Für alles dazwischen legen Sie eine eigene Rolle an.",
  permission: "Berechtigung",
  ofTenants: "Der Schlüssel eines Mandanten sieht nur dessen Daten und ändert nichts.",
};

export const usage: Catalogue["usage"] = {
  title: "Nutzung",
  never: "Noch nicht verwendet",
  lastUsed: "Zuletzt verwendet",
  credits: "Restkontingent",
  left: (left, of) => `noch ${left} von ${of}`,
  each: (time) => `in ${time}`,
  full: (time) => `wieder voll in ${time}`,
  unlimited: "Ohne eigenes Limit.",
  refresh: "Aktualisieren",
};

export const acting: Catalogue["acting"] = {
  title: "Impersonation",
  as: "Sie handeln als",
  reading: "Sie sehen, was dieser Mandant sehen darf.",
  writing: "Sie sehen, was dieser Mandant sehen darf, und können ändern, was er ändern darf.",
  ends: "Es endet",
  leave: "Verlassen",
  over: "Die Zeit als dieser Mandant ist um.",
};

export const deeds: Catalogue["deeds"] = {
  "*": "alles",
  all: "die anderer",
  beat: "Lebenszeichen senden",
  buy: "verkaufen",
  download: "herunterladen",
  publish: "prüfen",
  convert: "Testphasen starten",
  erase: "löschen, was es sagt",
  evaluate: "nachfragen, welche Flags an sind",
  inspect: "lesen",
  read: "lesen",
  restore: "Früheres zurückholen",
  send: "senden und verlängern",
  sessions: "Sitzungen anderer",
  views: "Ansichten speichern",
  write: "ändern",
};

export const profile: Catalogue["profile"] = {
  preferences: "Darstellung",
  language: "Sprache",
  theme: "Design",
  system: "Wie das System",
  lightTheme: "Hell",
  darkTheme: "Dunkel",
  ofCompany: "Wie im Unternehmen",
  shortcuts: "Tastenkürzel mit einer Taste",
  password: "Passwort",
  current: "Aktuelles Passwort",
  fresh: "Neues Passwort",
  change: "Passwort ändern",
  changed: (many) =>
    n(many, {
      one: "Geändert; 1 andere Sitzung wurde beendet",
      other: "Geändert; {n} andere Sitzungen wurden beendet",
    }),
  mfa: "Zweiter Faktor",
  mfaOn: "Beim Anmelden wird ein Code Ihrer Authenticator-App abgefragt.",
  mfaOff: "Beim Anmelden wird nur Ihr Passwort abgefragt.",
  setUp: "Authenticator-App einrichten",
  scan: "Scannen Sie dies mit Ihrer Authenticator-App und geben Sie den angezeigten Code ein.",
  secret: "Oder geben Sie diesen Schlüssel ein:",
  confirm: "Bestätigen",
  codes: "Wiederherstellungscodes",
  codesHint:
    "Jeder gilt ein einziges Mal, falls Sie Ihre Authenticator-App verloren haben. Sie werden nur jetzt angezeigt.",
  stop: "Keinen Code mehr abfragen",
  sessions: "Ihre Sitzungen",
  endOthers: "Alle anderen beenden",
  ended: (many) => n(many, { one: "1 Sitzung wurde beendet", other: "{n} Sitzungen wurden beendet" }),
  permissions: "Ihre Berechtigungen",
};
