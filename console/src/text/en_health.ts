// English for health: the wall.

export const health = {
  wall: "Health",
  public: "Public status",
  days: (percent: string) => `90 days: ${percent}`,
  latency: (p50: string, p95: string) => `half within ${p50} ms, 95 % within ${p95} ms`,
  day: (many: number, percent: string) => (many === 0 ? `Today: ${percent}` : `${many} days ago: ${percent}`),
  never: "No result yet",
  none: "Nothing is watched yet.",
  noData: "no data",
  all: "All checks",
};

/** The fields of a check. */
export const checks = {
  contains: "Contains the text",
  emails: "Mail to",
  expected_status: "Expected status",
  failures_to_open: "Failures until down",
  grace: "Grace (s)",
  maintenance: "Maintenance",
  max_age: "Longest not empty, in seconds",
  max_depth: "Most that waits",
  max_ms: "Slow above (ms)",
  phones: "SMS to",
  successes_to_close: "Successes until up",
  timeout: "Timeout (s)",
};
