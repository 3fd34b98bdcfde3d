// German for health: the wall.
import type { Catalogue } from "./en";

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
