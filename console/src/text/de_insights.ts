// German for revenue, churn and the forecast.
import type { Catalogue } from "./en";
import type * as english from "./en_insights";

export const insights: Catalogue["insights"] = {
  revenue: "Umsatz",
  forecast: "Prognose",
  percent: (perMille) => `${(perMille / 10).toFixed(1).replace(".", ",")} %`,
  arr: "ARR",
  arpa: "ARPA",
  nrr: "Nettobindung",
  grr: "Bruttobindung",
  customerChurn: "Kundenabwanderung",
  paying: "Zahlende Mandanten",
  revenueChurn: "Umsatzabwanderung",
  month: "Monat",
  start: "Beginn",
  end: "Ende",
  why: "Was sie erhöht",
  nothing: "Nichts, was bekannt ist, erhöht sie.",
  likely: "In 4 von 5 Fällen",
  nearly: "In 19 von 20",
  model: (name, months) => `Modell: ${name}, aus ${months} Monaten`,
  short: "Noch ist kein Monat mit Umsatz vorbei.",
  expected: "Erwartet",
};

export const scores: Record<keyof typeof english.scores, string> = {
  model: "Modell",
  mrr: "MRR",
  probability_per_mille: "Wahrscheinlichkeit",
  risk: "Risiko",
};
