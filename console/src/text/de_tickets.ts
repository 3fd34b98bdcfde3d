// German for a ticket's thread, and for what was promised.
import type { Catalogue } from "./en";
import type * as english from "./en_tickets";

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

/** The fields of what is promised, and when. */
export const promises: Record<keyof typeof english.promises, string> = {
  close_after_days: "Schließt nach Tagen",
  friday: "Freitag",
  high_first_reply: "Hoch: erste Antwort (Min.)",
  high_resolution: "Hoch: Lösung (Min.)",
  low_first_reply: "Niedrig: erste Antwort (Min.)",
  low_resolution: "Niedrig: Lösung (Min.)",
  monday: "Montag",
  normal_first_reply: "Normal: erste Antwort (Min.)",
  normal_resolution: "Normal: Lösung (Min.)",
  saturday: "Samstag",
  sunday: "Sonntag",
  thursday: "Donnerstag",
  tuesday: "Dienstag",
  urgent_first_reply: "Dringend: erste Antwort (Min.)",
  urgent_resolution: "Dringend: Lösung (Min.)",
  warn_percent: "Warnen bei Prozent",
  wednesday: "Mittwoch",
};
