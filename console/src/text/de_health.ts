// German for health: the wall.
import type { Catalogue } from "./en";
import type * as english from "./en_health";

export const health: Catalogue["health"] = {
  wall: "Betrieb",
  public: "Öffentlicher Status",
  days: (percent) => `90 Tage: ${percent}`,
  latency: (p50, p95) => `die Hälfte in ${p50} ms, 95 % in ${p95} ms`,
  day: (many, percent) => (many === 0 ? `Heute: ${percent}` : `Vor ${many} Tagen: ${percent}`),
  never: "Noch kein Ergebnis",
  none: "Noch wird nichts überwacht.",
  noData: "keine Daten",
  all: "Alle Prüfungen",
};

/** The fields of a check. */
export const checks: Record<keyof typeof english.checks, string> = {
  contains: "Enthält den Text",
  emails: "Mail an",
  expected_status: "Erwarteter Status",
  failures_to_open: "Fehler bis zum Ausfall",
  grace: "Nachfrist (s)",
  maintenance: "Wartung",
  max_age: "Höchstens so lange nicht leer, in Sekunden",
  max_depth: "Höchstens wartend",
  max_ms: "Langsam ab (ms)",
  phones: "SMS an",
  successes_to_close: "Erfolge bis wieder da",
  timeout: "Frist (s)",
};
