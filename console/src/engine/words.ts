// What things are called, in the reader's language.
import { text } from "../text";
import type { Field, Resource } from "./define";

type Named = Record<string, string | undefined>;

export const wordsOf = (res: Pick<Resource, "name">) =>
  text().resources[res.name as keyof ReturnType<typeof text>["resources"]];

/** A part is named by its last word: `bank.iban`. */
export function label({ key: own, called }: Pick<Field, "key" | "called">) {
  const key = called ?? own;
  const known = (text().fields as Named)[key] ?? (text().fields as Named)[key.split(".").at(-1)!];
  return known ?? key.replace(/_/g, " ");
}

/** Whether readers are told of a field at all. */
export const isNamed = (key: string) => key in text().fields;

export const verbName = (verb: string) => (text().verbs as Named)[verb] ?? verb;
