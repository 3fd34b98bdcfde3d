import { Flag } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";

define("/v1/flags").as({
  permission: "flags",
  icon: Flag,
  group: "platform",
  hotkey: "f",
  title: (flag) => flag.key,
  section: lazy(() => import("../pages/flag")),
  sort: "-created_at",
  verbs: ["create", "edit", "delete", "restore", "bulk", "export", "timeline"],
  fields: [
    { key: "key", list: true, sort: true, filter: true, edit: "create", required: true, hint: "flagKey" },
    { key: "status", kind: "enum", values: "FlagStatus", list: true, filter: true },
    { key: "kind", kind: "enum", values: "FlagKind", list: true, filter: true, edit: "create", initial: "boolean" },
    { key: "description", kind: "longtext", list: true, wide: true, edit: "always" },
    { key: "variants", kind: "json", column: true, edit: "always", hint: "variants" },
    { key: "default_variant", list: true, wide: true, filter: true, edit: "always" },
    { key: "off_variant", filter: true, edit: "always" },
    { key: "rules", kind: "json", column: true, edit: "always", hint: "rules" },
    { key: "salt", edit: "always" },
    { key: "extra", kind: "json", edit: "always" },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["key", "status", "kind"],
  views: [
    { name: "active", filters: { status: "active" } },
    { name: "killed", filters: { status: "killed" } },
  ],
  actions: [
    { verb: "kill", when: ({ status }) => status === "active", bulk: true },
    { verb: "enable", when: ({ status }) => status === "killed", bulk: true },
  ],
});
