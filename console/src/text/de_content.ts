// German for content: its catalogue, its editions, and what it has earned.
import type { Catalogue } from "./en";
import { plurals } from "./plural";

const n = plurals("de");

export const content: Catalogue["content"] = {
  catalogue: "Katalog",
  all: "Alle anzeigen",
  empty: "In diesem Zustand ist nichts.",
  more: "Es gibt mehr: alle anzeigen.",
  by: (name) => `von ${name}`,
  upload: "Ausgabe hochladen",
  uploading: "Wird hochgeladen …",
  editions: "Ausgaben",
  noEditions: "Noch keine Datei.",
  edition: (number) => `Ausgabe ${number}`,
  reviewed: "geprüft",
  waits: "wartet auf die Prüfung",
  failed: "Die Datei konnte nicht hochgeladen werden.",
  earnings: "Erlöse",
  noEarnings: "Es wurde noch nichts verkauft.",
  creator: "Urheber",
  fee: "Plattform",
  reversed: "Zurückgebucht",
  sales: (many) => n(many, { one: "1 Verkauf", other: "{n} Verkäufe" }),
  download: "Herunterladen",
};
