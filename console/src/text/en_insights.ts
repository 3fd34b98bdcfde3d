// English for revenue, churn and the forecast.
export const insights = {
  revenue: "Revenue",
  forecast: "Forecast",
  percent: (perMille: number) => `${(perMille / 10).toFixed(1)} %`,
  arr: "ARR",
  arpa: "ARPA",
  nrr: "Net retention",
  grr: "Gross retention",
  customerChurn: "Customer churn",
  paying: "Paying tenants",
  revenueChurn: "Revenue churn",
  month: "Month",
  start: "Start",
  end: "End",
  why: "What raises it",
  nothing: "Nothing that is known of it raises it.",
  likely: "In 4 cases of 5",
  nearly: "In 19 of 20",
  model: (name: string, months: number) => `Model: ${name}, from ${months} months`,
  short: "There is no month with revenue that is over yet.",
  expected: "Expected",
};

/** The fields of a tenant's chance of leaving. */
export const scores = {
  model: "Model",
  mrr: "MRR",
  probability_per_mille: "Probability",
  risk: "Risk",
};
