import { ListChecks, ListPlus } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";

define("/v1/onboarding").as({
  permission: "onboarding",
  icon: ListChecks,
  group: "customers",
  title: (checklist) => `${checklist.percent} %`,
  names: ["tenant_id"],
  section: lazy(() => import("../pages/checklist")),
  sort: "-created_at",
  verbs: ["export", "timeline"],
  fields: [
    { key: "tenant_id", kind: "ref", ref: "tenants", list: true, filter: true, edit: "create", required: true },
    { key: "status", kind: "enum", values: "ChecklistStatus", list: true, filter: true },
    { key: "percent", kind: "int", called: "progress", list: true, sort: true, filter: true },
    { key: "overdue", kind: "int", called: "overdue_items", list: true, sort: true, filter: true },
    { key: "template_id", kind: "ref", ref: "onboarding/templates", filter: true, edit: "create" },
    { key: "started_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "completed_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "next_action_at", kind: "time", sort: true, filter: true },
    { key: "clock_id", kind: "ref", ref: "test-clocks", filter: true },
    { key: "stuck" },
    { key: "created_at", kind: "time", sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["status", "percent", "overdue", "started_at"],
  views: [{ name: "open", filters: { status: "open" } }],
  actions: [{ verb: "retry", when: ({ stuck }) => stuck !== null }],
});

define("/v1/onboarding/templates").as({
  permission: "onboarding",
  icon: ListPlus,
  group: "settings",
  title: (template) => template.name,
  sort: "-created_at",
  verbs: ["create", "edit", "delete", "restore", "bulk", "export", "timeline"],
  fields: [
    { key: "name", list: true, sort: true, filter: true, edit: "always", required: true },
    { key: "is_default", kind: "bool", list: true, filter: true },
    {
      key: "items",
      kind: "objects",
      edit: "always",
      required: true,
      parts: [
        { key: "title", required: true, wide: true },
        { key: "key", required: true },
        { key: "due_days", kind: "int" },
        { key: "done_by", kind: "enum", values: "DoneBy" },
        { key: "needs", kind: "list" },
        { key: "description", wide: true },
        { key: "value", kind: "bool" },
      ],
    },
    { key: "extra", kind: "json", edit: "always" },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["name", "is_default"],
  related: [{ resource: "onboarding", by: "template_id" }],
  actions: [{ verb: "make-default", when: ({ is_default }) => !is_default }],
});
