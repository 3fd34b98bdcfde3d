// German for a ticket's thread, and for what was promised.
import type { Catalogue } from "./en";

export const tickets: Catalogue["tickets"] = {
  thread: "Verlauf",
  customer: "Kunde",
  older: "Ältere anzeigen",
  internal: "Interne Notiz",
  answer: "Antwort",
  to: "Wer es liest",
  send: "Antwort senden",
  note: "Notiz speichern",
  write: "Text",
  attach: "Dateien anhängen",
  leaveOut: (name) => `${name} weglassen`,
  size: (name, most) => `${name} ist leer oder größer als ${most} MB.`,
  closed: "Dieses Ticket ist geschlossen. Antwortet der Kunde, geht es in einem neuen weiter.",
  promised: "Zugesagt",
  first_reply: "Erste Antwort",
  resolution: "Lösung",
  kept: "Eingehalten",
  still: "Uhr steht",
  due: "Fällig",
  overdue: "Überfällig",
  soon: "Bald fällig",
};
