// German for the page of an exception.
import type { Catalogue } from "./en";

export const reconciliation: Catalogue["reconciliation"] = {
  there: "Beim Anbieter",
  here: "Bei uns",
  nothing: "Nichts",
  before: "Vorher",
  kinds: {
    charge: "Zahlung",
    refund: "Erstattung",
    refund_failure: "Fehlgeschlagene Erstattung",
    dispute: "Anfechtung",
    dispute_reversal: "Anfechtung gewonnen",
    payout: "Auszahlung",
    other: "Sonstiges",
  },
};
