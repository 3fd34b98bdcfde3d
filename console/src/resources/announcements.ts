import { Megaphone } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";

define("/v1/announcements").as({
  permission: "announcements",
  icon: Megaphone,
  group: "customers",
  title: (announcement) => announcement.title,
  section: lazy(() => import("../pages/announcement")),
  preview: lazy(() => import("../pages/announcement_preview")),
  sort: "-created_at",
  verbs: ["create", "edit", "delete", "restore", "bulk", "export", "timeline"],
  fields: [
    { key: "title", list: true, filter: true, edit: "always", required: true },
    { key: "status", kind: "enum", values: "AnnouncementStatus", list: true, filter: true },
    { key: "body", kind: "longtext", edit: "always", required: true, hint: "markdown" },
    {
      key: "severity",
      kind: "enum",
      values: "Severity",
      list: true,
      filter: true,
      edit: "always",
      required: true,
      initial: "info",
    },
    { key: "audience", kind: "enum", values: "Audience", list: true, wide: true, filter: true, edit: "always", required: true, initial: "all" }, // prettier-ignore
    { key: "audience_ids", kind: "list", edit: "always", hint: "audience" },
    { key: "channels", kind: "choices", values: "AnnouncementChannel", edit: "always", initial: "console" },
    {
      key: "starts_at",
      kind: "time",
      list: true,
      wide: true,
      sort: true,
      filter: true,
      edit: "always",
      hint: "begins",
    },
    { key: "ends_at", kind: "time", list: true, wide: true, sort: true, filter: true, edit: "always", hint: "ends" },
    { key: "edition", kind: "int" },
    { key: "mailed", kind: "int", sort: true },
    { key: "stuck" },
    { key: "extra", kind: "json", edit: "always" },
    { key: "created_at", kind: "time", sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["title", "status", "severity"],
  views: [
    { name: "drafts", filters: { status: "draft" } },
    { name: "active", filters: { status: "live" } },
  ],
  actions: [
    { verb: "publish", when: ({ status }) => status === "draft", bulk: true },
    { verb: "withdraw", when: ({ status }) => ["draft", "scheduled", "live"].includes(status), bulk: true },
    { verb: "retry", when: ({ stuck }) => stuck !== null },
  ],
});
