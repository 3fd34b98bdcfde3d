// German for leads: the board, what is known of one and how its score came about.
import type { Catalogue } from "./en";
import { plurals } from "./plural";

const n = plurals("de");

export const leads: Catalogue["leads"] = {
  board: "Pipeline",
  rate: (perMille) => `${(perMille / 10).toFixed(1).replace(".", ",")} % der entschiedenen Leads wurden gewonnen`,
  undecided: "Noch ist kein Lead entschieden",
  none: "Keine",
  move: (name) => `${name} verschieben`,
  all: "Alle anzeigen",
  score: "Punkte",
  points: (many) => n(many, { one: "1 Punkt", other: "{n} Punkte" }),
  noPoints: "Keine Regel gibt Punkte.",
  daysLeft: (many) => n(many, { one: "Noch 1 Tag Testphase", other: "Noch {n} Tage Testphase" }),
  notes: "Notizen",
  noNotes: "Es wurde nichts notiert.",
  stranger: "Öffentliches Formular",
  rules: {
    source: "Woher der Lead kommt",
    company_address: "Eigene Adresse des Unternehmens",
    company: "Das Unternehmen ist bekannt",
    phone: "Telefonisch erreichbar",
    size: "Größe des Unternehmens",
    plan: "Weiß, welcher Tarif es sein soll",
  },
};
