// English for the page of an exception.
export const reconciliation = {
  there: "At the gateway",
  here: "Here",
  nothing: "Nothing",
  before: "Before",
  kinds: {
    charge: "Charge",
    refund: "Refund",
    refund_failure: "Refund that failed",
    dispute: "Dispute",
    dispute_reversal: "Dispute won",
    payout: "Payout",
    other: "Other",
  } as Record<string, string>,
};
