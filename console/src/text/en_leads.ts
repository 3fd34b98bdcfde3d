// English for leads: the board, what is known of one and how its score came about.
import { plurals } from "./plural";

const n = plurals("en");

export const leads = {
  board: "Pipeline",
  rate: (perMille: number) => `${(perMille / 10).toFixed(1)} % of decided leads were won`,
  undecided: "No lead is decided yet",
  none: "None",
  move: (name: string) => `Move ${name}`,
  all: "Show all",
  score: "Score",
  points: (many: number) => n(many, { one: "1 point", other: "{n} points" }),
  noPoints: "No rule gives it any points.",
  daysLeft: (many: number) => n(many, { one: "1 day of the trial is left", other: "{n} days of the trial are left" }),
  notes: "Notes",
  noNotes: "Nothing was written down.",
  stranger: "Public form",
  rules: {
    source: "Where it comes from",
    company_address: "A company's own address",
    company: "The company is known",
    phone: "Can be called",
    size: "Size of the company",
    plan: "Knows which plan",
  } as Record<string, string>,
};
