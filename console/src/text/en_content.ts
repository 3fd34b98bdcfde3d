// English for content: its catalogue, its editions, and what it has earned.
import { plurals } from "./plural";

const n = plurals("en");

export const content = {
  catalogue: "Catalogue",
  all: "Show all",
  empty: "Nothing is in this state.",
  more: "There is more: show all.",
  by: (name: string) => `by ${name}`,
  upload: "Upload an edition",
  uploading: "Uploading…",
  editions: "Editions",
  noEditions: "No file yet.",
  edition: (number: number) => `Edition ${number}`,
  reviewed: "reviewed",
  waits: "waits to be reviewed",
  failed: "The file could not be uploaded.",
  earnings: "Earnings",
  noEarnings: "Nothing was sold yet.",
  creator: "Creator",
  fee: "Platform",
  reversed: "Given back",
  sales: (many: number) => n(many, { one: "1 sale", other: "{n} sales" }),
  download: "Download",
};
