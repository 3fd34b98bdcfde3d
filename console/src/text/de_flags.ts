// German for flags: what the rules say, and what a preview of them shows.
import type { Catalogue } from "./en";
import { plurals } from "./plural";

const n = plurals("de");

export const flags: Catalogue["flags"] = {
  serves: "Wer was bekommt",
  killed: (variant) => `Abgeschaltet: Alle bekommen ${variant}.`,
  everybody: "Alle",
  where: (attribute, operator, values) => `${attribute} ${operator} ${values}`.trim(),
  and: " und ",
  or: " oder ",
  to: "bekommt",
  share: (perMille) => `${String(perMille / 10).replace(".", ",")} %`,
  by: (attribute) => `nach ${attribute}`,
  anyone: "targetingKey, sonst nach dem Mandanten",
  otherwise: "Alle anderen",
  off: "Nach dem Abschalten",
  preview: "Vorschau der Verteilung",
  previewHint: "Was die neuesten 100 Mandanten bekommen, und Kontexte, die Sie angeben.",
  contexts: "Kontexte",
  contextsHint: "Eine JSON-Liste von Kontexten, wie ein Programm sie sendet, etwa",
  notContexts: "Es muss eine JSON-Liste von Objekten sein.",
  show: "Vorschau zeigen",
  shown: (many) => n(many, { one: "von 1", other: "von {n}" }),
  nobody: "Es gibt niemanden zu zeigen: Fügen Sie einen Mandanten oder einen Kontext hinzu.",
  context: (place) => `Kontext ${place}`,
  version: (version) => `Version ${version}`,
  history: "Frühere Versionen",
  takeBack: "Wiederherstellen",
  changedBack: (version) => `Wie in Version ${version}`,
};
