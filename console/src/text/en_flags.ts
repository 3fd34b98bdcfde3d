// English for flags: what the rules say, and what a preview of them shows.
import { plurals } from "./plural";

const n = plurals("en");

export const flags = {
  serves: "Who is served what",
  killed: (variant: string) => `Killed: everybody is served ${variant}.`,
  everybody: "Everybody",
  where: (attribute: string, operator: string, values: string) => `${attribute} ${operator} ${values}`.trim(),
  and: " and ",
  or: " or ",
  to: "is served",
  share: (perMille: number) => `${perMille / 10} %`,
  by: (attribute: string) => `by ${attribute}`,
  anyone: "targetingKey, or else the tenant",
  otherwise: "All others",
  off: "When killed",
  preview: "Rollout preview",
  previewHint: "What the newest 100 tenants are served, and any contexts you add.",
  contexts: "Contexts",
  contextsHint: "A JSON list of contexts as a program sends them, such as",
  notContexts: "A JSON list of objects is needed.",
  show: "Show preview",
  shown: (many: number) => n(many, { one: "of 1", other: "of {n}" }),
  nobody: "There is nobody to show: add a tenant or a context.",
  context: (place: number) => `Context ${place}`,
  version: (version: number) => `Version ${version}`,
  history: "Earlier versions",
  takeBack: "Make it so again",
  changedBack: (version: number) => `As it was at version ${version}`,
};
