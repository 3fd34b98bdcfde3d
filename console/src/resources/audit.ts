import { Eraser } from "lucide-react";
import { define } from "../engine/define";

/** Not in the navigation: the page of the audit log leads here, for those who may. */
define("/v1/audit/erasures").as({
  permission: "audit",
  icon: Eraser,
  group: null,
  title: (erasure) => erasure.reason,
  sort: "-created_at",
  verbs: ["create", "timeline"],
  fields: [
    { key: "record_id", edit: "create", hint: "erasure" },
    { key: "email", kind: "email", edit: "create" },
    {
      key: "reason",
      kind: "longtext",
      list: true,
      filter: true,
      edit: "create",
      required: true,
      hint: "erasureReason",
    },
    { key: "status", kind: "enum", values: "ErasureStatus", list: true, filter: true },
    { key: "subjects", kind: "list" },
    { key: "erased", kind: "json" },
    { key: "created_at", kind: "time", list: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["reason", "status"],
});
