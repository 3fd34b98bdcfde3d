// English for announcements.
import { plurals } from "./plural";

const n = plurals("en");

export const announcements = {
  preview: "How it looks",
  isFor: "Whom it is for",
  seen: "Seen",
  counts: (read: number, dismissed: number) =>
    n(read, { one: "1 has read it", other: "{n} have read it" }) +
    ", " +
    n(dismissed, { one: "1 has dismissed it", other: "{n} have dismissed it" }),
  region: "Announced now",
  dismiss: (title: string) => `Dismiss ${title}`,
};
