// German for announcements.
import type { Catalogue } from "./en";
import { plurals } from "./plural";

const n = plurals("de");

export const announcements: Catalogue["announcements"] = {
  preview: "So sieht es aus",
  isFor: "Für wen es ist",
  seen: "Gesehen",
  counts: (read, dismissed) =>
    n(read, { one: "1 hat es gelesen", other: "{n} haben es gelesen" }) +
    ", " +
    n(dismissed, { one: "1 hat es ausgeblendet", other: "{n} haben es ausgeblendet" }),
  region: "Aktuelle Mitteilungen",
  dismiss: (title) => `${title} ausblenden`,
};
