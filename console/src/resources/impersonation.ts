import { VenetianMask } from "lucide-react";
import { define } from "../engine/define";

define("/v1/impersonation").as({
  permission: "impersonation",
  icon: VenetianMask,
  group: "platform",
  title: (impersonation) => impersonation.reason,
  names: ["tenant_id"],
  sort: "-created_at",
  once: (made) => void import("../ui/acting").then(({ begin }) => begin(made)),
  verbs: ["create", "bulk", "export", "timeline"],
  fields: [
    { key: "tenant_id", kind: "ref", ref: "tenants", list: true, filter: true, edit: "create", required: true },
    {
      key: "reason",
      kind: "longtext",
      list: true,
      filter: true,
      edit: "create",
      required: true,
      hint: "impersonation",
    },
    { key: "reference", filter: true, edit: "create" },
    { key: "minutes", kind: "int", edit: "create", initial: "15" },
    { key: "writing", kind: "bool", list: true, wide: true, filter: true, edit: "create", initial: "false" },
    { key: "staff_id", kind: "ref", ref: "staff", list: true, filter: true },
    { key: "status", kind: "enum", values: "ImpersonationStatus", list: true, filter: true },
    { key: "permissions", kind: "list" },
    { key: "expires_at", kind: "time", filter: true },
    { key: "ended_at", kind: "time", filter: true },
    { key: "end_reason", kind: "enum", values: "ImpersonationEnd", filter: true },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["reason", "staff_id", "status"],
  views: [{ name: "active", filters: { status: "active" } }],
  actions: [{ verb: "end", when: ({ status }) => status === "active", bulk: true }],
});
