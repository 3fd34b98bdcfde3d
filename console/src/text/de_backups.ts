// German for backups: what is in one, whether it was proved, and what comes back from it.
import type { Catalogue } from "./en";

export const backups: Catalogue["backups"] = {
  content: "Inhalt",
  table: "Tabelle",
  items: "Einträge",
  files: "Dateien",
  size: "Bytes",
  hash: "Hash",
  noSnapshot:
    "Es enthält alles, was vor seinem Beginn gespeichert war. Was währenddessen kam, kann darin sein oder nicht.",
  drill: "Prüfung",
  passed: (seconds) => `In ${seconds} s wiederhergestellt und verglichen.`,
  restored: "Wie es war",
  different: "Anders",
  plan: "Wiederherstellung",
  everything: "Alles, in leere Tabellen",
  tenant: "Ein Mandant",
  wouldChange: (many) => `Diese Datensätze würden sich ändern: ${many}`,
  wouldWrite: (many) => `Einträge, die geschrieben würden: ${many}`,
  nothing: "Es ist nichts anders.",
  gone: "fehlt",
  blocked: (tables) => `Das geht nicht: Diese Tabellen sind in Gebrauch: ${tables}.`,
  skipped: (many) => `Nicht angetastet, weil sie sich nach dem Plan geändert haben: ${many}`,
  bringBack: "Zurückholen",
};
