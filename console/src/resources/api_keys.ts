import { KeyRound } from "lucide-react";
import { define } from "../engine/define";

define("/v1/api-keys").as({
  permission: "api_keys",
  icon: KeyRound,
  group: "platform",
  hotkey: "k",
  title: (key) => key.name,
  sort: "-created_at",
  once: "key",
  verbs: ["create", "edit", "bulk", "export", "timeline"],
  fields: [
    { key: "name", list: true, sort: true, filter: true, edit: "always", required: true },
    { key: "status", kind: "enum", values: "KeyStatus", list: true, filter: true },
    { key: "environment", kind: "enum", values: "Environment", list: true, wide: true, filter: true, edit: "create", required: true, initial: "live" }, // prettier-ignore
    { key: "tenant_id", kind: "ref", ref: "tenants", list: true, wide: true, filter: true, edit: "create" },
    { key: "scopes", kind: "permissions", edit: "always" },
    { key: "last4", list: true, wide: true },
    { key: "allowed_ips", kind: "list", edit: "always" },
    { key: "limits", kind: "json" },
    { key: "credits", kind: "json" },
    { key: "plan_id", kind: "ref", ref: "plans" },
    { key: "plan_limit", kind: "int" },
    { key: "suspended", kind: "bool", filter: true },
    { key: "expires_at", kind: "time", list: true, wide: true, filter: true, edit: "always" },
    { key: "created_by", kind: "ref", ref: "staff", filter: true },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["name", "status", "last4"],
  views: [{ name: "active", filters: { status: "active" } }],
  actions: [
    { verb: "rotate", when: ({ status }) => status === "active" },
    { verb: "disable", when: ({ status }) => status === "active", bulk: true },
    { verb: "enable", when: ({ status }) => status === "disabled", bulk: true },
    { verb: "revoke", when: ({ status }) => status !== "revoked", final: true },
  ],
});
