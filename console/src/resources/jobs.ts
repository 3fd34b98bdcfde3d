import { Clock, FileDown } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";

define("/v1/exports").as({
  permission: "exports",
  icon: FileDown,
  group: "platform",
  title: (job) => `${job.resource}.${job.format}`,
  section: lazy(() => import("../pages/export_job")),
  sort: "-created_at",
  verbs: ["delete", "timeline"],
  fields: [
    { key: "resource", list: true, filter: true },
    { key: "format", kind: "enum", values: "ExportFormat", list: true, filter: true },
    { key: "status", kind: "enum", values: "ExportStatus", list: true, filter: true },
    { key: "rows", kind: "int", list: true, wide: true },
    { key: "bytes", kind: "int" },
    { key: "filter", kind: "json" },
    { key: "columns", kind: "list" },
    { key: "requested_by", kind: "ref", ref: "staff", list: true, wide: true, filter: true },
    { key: "expires_at", kind: "time" },
    { key: "error", kind: "json" },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["resource", "status"],
});

define("/v1/test-clocks").as({
  permission: "clocks",
  icon: Clock,
  group: "platform",
  title: (clock) => clock.name || clock.id,
  sort: "-created_at",
  verbs: ["create", "delete", "bulk", "export", "timeline"],
  fields: [
    { key: "name", list: true, filter: true, edit: "create" },
    { key: "now", kind: "time", list: true, edit: "create", required: true },
    { key: "status", kind: "enum", values: "ClockStatus", list: true, filter: true },
    { key: "target", kind: "time" },
    { key: "failure" },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["name", "now", "status"],
  related: [{ resource: "tenants", by: "clock_id" }],
  actions: [
    { verb: "advance", when: ({ status }) => status === "ready", ask: [{ key: "to", kind: "time", required: true }] },
  ],
});
