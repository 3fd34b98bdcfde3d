import { KeyRound } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";

define("/v1/api-keys").as({
  permission: "api_keys",
  icon: KeyRound,
  group: "platform",
  hotkey: "k",
  title: (key) => key.name,
  sort: "-created_at",
  once: "key",
  section: lazy(() => import("../pages/key_usage")),
  verbs: ["create", "edit", "bulk", "export", "timeline"],
  fields: [
    { key: "name", list: true, sort: true, filter: true, edit: "always", required: true },
    { key: "status", kind: "enum", values: "KeyStatus", list: true, filter: true },
    { key: "environment", kind: "enum", values: "Environment", list: true, wide: true, filter: true, edit: "create", required: true, initial: "live" }, // prettier-ignore
    { key: "tenant_id", kind: "ref", ref: "tenants", list: true, wide: true, filter: true, edit: "create" },
    { key: "scopes", kind: "permissions", edit: "always", required: true, tenants: "tenant_id" },
    { key: "last4", list: true, wide: true },
    { key: "allowed_ips", kind: "list", edit: "always" },
    {
      key: "limits",
      kind: "objects",
      edit: "always",
      parts: [
        { key: "name", required: true, wide: true },
        { key: "limit", kind: "int", required: true },
        { key: "window", kind: "duration", required: true, initial: "60" },
      ],
    },
    {
      key: "credits",
      kind: "object",
      edit: "always",
      parts: [
        { key: "amount", kind: "int", required: true },
        { key: "refill", kind: "enum", values: "Refill" },
        { key: "day", kind: "int", required: true, initial: "1" },
      ],
    },
    { key: "plan_id", kind: "ref", ref: "plans" },
    { key: "plan_limit", kind: "int" },
    { key: "suspended", kind: "bool", filter: true },
    { key: "expires_at", kind: "time", list: true, wide: true, filter: true, edit: "always" },
    { key: "replaces", kind: "ref", ref: "api-keys" },
    { key: "replaced_by", kind: "ref", ref: "api-keys" },
    { key: "created_by", kind: "ref", ref: "staff", filter: true },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["name", "status", "last4"],
  views: [{ name: "active", filters: { status: "active" } }],
  actions: [
    {
      verb: "rotate",
      when: ({ status, replaced_by }) => status === "active" && replaced_by === null,
      ask: [{ key: "grace_seconds", kind: "duration", initial: "86400" }],
    },
    { verb: "disable", when: ({ status }) => status === "active", bulk: true },
    { verb: "enable", when: ({ status }) => status === "disabled", bulk: true },
    { verb: "revoke", when: ({ status }) => status !== "revoked", final: true },
  ],
});
