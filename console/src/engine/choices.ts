// Zones, languages and countries: the choice of each, and what they are called in the reader's language.
import { text } from "../text";

export const CHOICES = ["zone", "language", "country"] as const;
type Choice = (typeof CHOICES)[number];

/** Those that documents and mails are written in come first; any other falls back to English there. */
const LANGUAGES = ["en", "de", "ar", "bg", "cs", "da", "el", "es", "et", "fi", "fr", "he", "hr", "hu", "it", "ja", "lt", "lv", "nl", "no", "pl", "pt", "ro", "sk", "sl", "sv", "tr", "uk", "zh"]; // prettier-ignore
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
/** What is named, but is no country of ISO 3166-1: groups, outlying islands, test codes. */
const NO_COUNTRY = ["AC", "AN", "BU", "CP", "CQ", "CS", "DD", "DG", "DY", "EA", "EU", "EZ", "FX", "HV", "IC", "NH", "NT", "QO", "RH", "SU", "TA", "TP", "UK", "UN", "VD", "XA", "XB", "XK", "YD", "YU", "ZR", "ZZ"]; // prettier-ignore

const NAMED = { language: "language", country: "region" } as const;

/** `DE` as "Germany"; what has no name is shown as it is. */
export function choiceName(kind: Choice, value: string): string {
  if (kind === "zone") return value.replace(/_/g, " ");
  try {
    return new Intl.DisplayNames(text().code, { type: NAMED[kind] }).of(value) ?? value;
  } catch {
    return value; // no code of this kind
  }
}

const isNamed = (names: Intl.DisplayNames) => (code: string) => names.of(code) !== undefined;

function codes(kind: Choice): readonly string[] {
  if (kind === "zone") return ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
  if (kind === "language") return LANGUAGES;
  const known = isNamed(new Intl.DisplayNames("en", { type: "region", fallback: "none" }));
  return LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).filter(
    (code) => known(code) && !NO_COUNTRY.includes(code),
  );
}

/** [code, name]; sorted by name, but for zones and languages, which have an order of their own. */
export function choices(kind: Choice, chosen: string): (readonly [string, string])[] {
  const all = codes(kind);
  const named = (chosen && !all.includes(chosen) ? [chosen, ...all] : all).map(
    (code) => [code, choiceName(kind, code)] as const,
  );
  return kind === "country" ? named.sort(([, one], [, other]) => one.localeCompare(other, text().code)) : named;
}
