// Money as people type it, in major units, and as the API takes it: exact decimals of minor units, made by moving the point.
import { text } from "../text";
import { exponent } from "./currencies";

const PLAIN = /^-?\d{1,15}(\.\d{0,12})?$/;

/** `1,234.5` in English is `1.234,5` in German; both are the decimal 1234.5. Throws a `SyntaxError` for what is no number. */
export function decimal(typed: string) {
  const [group, point] = text().code === "de" ? [".", ","] : [",", "."];
  const grouped = new RegExp(`^-?[1-9]\\d{0,2}(\\${group}\\d{3})+(\\${point}|$)`);
  const bare = typed.replace(/\s/g, "").replace("−", "-");
  const plain = (grouped.test(bare) ? bare.replaceAll(group, "") : bare).replace(",", ".");
  if (!PLAIN.test(plain)) throw new SyntaxError(text().form.notAmount);
  return plain.replace(/\.$/, "");
}

/** `49.5` of EUR is `4950`; `0.0006` is `0.06`; `-1` is `-100`. */
export function toMinor(typed: string, currency: string) {
  const shift = exponent(currency);
  const [whole, part = ""] = decimal(typed).split(".");
  const padded = part.padEnd(shift, "0");
  const minor = (whole + padded.slice(0, shift)).replace(/^(-?)0+(?=\d)/, "$1");
  const rest = padded.slice(shift).replace(/0+$/, "");
  return rest ? `${minor}.${rest}` : minor;
}

/** A decimal with the sign of the reader's language. */
export const written = (plain: string) => (text().code === "de" ? plain.replace(".", ",") : plain);

/** The same back, with the decimal sign of the reader's language. */
export function toMajor(minor: string, currency: string): string {
  const shift = exponent(currency);
  if (minor.startsWith("-")) return `-${toMajor(minor.slice(1), currency)}`;
  const [whole, part = ""] = minor.split(".");
  const padded = whole.padStart(shift + 1, "0");
  const decimals = padded.slice(padded.length - shift, padded.length) + part;
  const major = padded.slice(0, padded.length - shift);
  return decimals ? written(`${major}.${decimals}`) : major;
}
