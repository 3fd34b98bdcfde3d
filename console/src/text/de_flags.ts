// German for flags: what the rules say, and what a preview of them shows.
import type { Catalogue } from "./en";

export const flags: Catalogue["flags"] = {
  serves: "Wer was bekommt",
  killed: (variant) => `Abgeschaltet: Alle bekommen ${variant}.`,
  everybody: "Alle",
  and: " und ",
  or: " oder ",
  share: (perMille) => `${String(perMille / 10).replace(".", ",")} %`,
  by: (attribute) => `nach ${attribute}`,
  anyone: "targetingKey, sonst nach dem Mandanten",
  otherwise: "Alle anderen",
  off: "Nach dem Abschalten",
  preview: "Vorschau der Verteilung",
  previewHint: "Die neuesten 100 Mandanten, und Ihre eigenen Kontexte.",
  contexts: "Kontexte",
  contextsHint: "Eine JSON-Liste, etwa",
  show: "Vorschau zeigen",
  shown: (many) => `von ${many}`,
  context: (place) => `Kontext ${place}`,
  version: (version) => `Version ${version}`,
  history: "Frühere Versionen",
};
