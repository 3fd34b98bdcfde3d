// English for onboarding: the board, and the items of a checklist.
import { plurals } from "./plural";

const n = plurals("en");

export const onboarding = {
  board: "First steps",
  all: "Show all",
  columns: { open: "Open", overdue: "Overdue", completed: "Completed" },
  none: "None",
  items: "Items",
  progress: (done: number, total: number) => `${done} of ${total} done`,
  overdue: (many: number) => n(many, { one: "1 is overdue", other: "{n} are overdue" }),
  next: "Next:",
  took: "Time to value:",
  due: "Due",
  by: "by",
  waits: "After:",
  value: "Moment of value",
  ticks: "Ticks itself:",
  reason: "Why is it skipped?",
};
