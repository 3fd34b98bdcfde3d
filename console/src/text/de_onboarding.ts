// German for onboarding: the board, and the items of a checklist.
import type { Catalogue } from "./en";
import { plurals } from "./plural";

const n = plurals("de");

export const onboarding: Catalogue["onboarding"] = {
  board: "Erste Schritte",
  all: "Alle anzeigen",
  columns: { open: "Offen", overdue: "Überfällig", completed: "Abgeschlossen" },
  none: "Keine",
  items: "Punkte",
  progress: (done, total) => `${done} von ${total} erledigt`,
  overdue: (many) => n(many, { one: "1 ist überfällig", other: "{n} sind überfällig" }),
  next: "Als Nächstes:",
  took: "Zeit bis zum Nutzen:",
  due: "Fällig",
  by: "durch",
  waits: "Erst danach:",
  value: "Moment des Nutzens",
  ticks: "Erledigt sich selbst:",
  reason: "Warum wird das übersprungen?",
};
