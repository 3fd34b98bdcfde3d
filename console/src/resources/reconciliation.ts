import { ListChecks, Scale } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";
import { money, valueName } from "../engine/format";

define("/v1/reconciliation").as({
  permission: "reconciliation",
  icon: Scale,
  group: "revenue",
  title: ({ kind, amount }) => `${valueName("ExceptionKind", kind)} ${money(amount)}`,
  section: lazy(() => import("../pages/difference")),
  sort: "-created_at",
  verbs: ["bulk", "export", "timeline"],
  fields: [
    { key: "amount", kind: "money", list: true, filter: true },
    { key: "kind", kind: "enum", values: "ExceptionKind", list: true, filter: true },
    { key: "status", kind: "enum", values: "ExceptionStatus", list: true, filter: true },
    { key: "transaction_id", kind: "ref", ref: "transactions", list: true, wide: true, filter: true },
    { key: "item_id", kind: "id" },
    { key: "gateway_id", kind: "ref", ref: "gateways", list: true, wide: true, filter: true },
    { key: "run_id", kind: "ref", ref: "reconciliation/runs" },
    { key: "reason" },
    { key: "resolved_by", kind: "ref", ref: "staff" },
    { key: "closed_at", kind: "time", filter: true },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["amount", "kind", "status", "created_at"],
  views: [{ name: "open", filters: { status: "open" } }],
  actions: [
    {
      verb: "resolve",
      when: ({ status }) => status === "open",
      ask: [{ key: "reason", kind: "longtext", required: true }],
      bulk: true,
    },
    { verb: "reopen", when: ({ status }) => status === "resolved", bulk: true },
  ],
});

define("/v1/reconciliation/runs").as({
  permission: "reconciliation",
  icon: ListChecks,
  group: "revenue",
  title: ({ since, until }) => `${since.slice(0, 10)} – ${until.slice(0, 10)}`,
  sort: "-created_at",
  verbs: ["create", "bulk", "export", "timeline"],
  fields: [
    {
      key: "gateway_id",
      kind: "ref",
      ref: "gateways",
      list: true,
      filter: true,
      edit: "create",
      required: true,
    },
    { key: "status", kind: "enum", values: "RunStatus", list: true, filter: true },
    { key: "trigger", kind: "enum", values: "Trigger", filter: true },
    { key: "since", kind: "time", list: true, wide: true, edit: "create" },
    { key: "until", kind: "time", list: true, wide: true, edit: "create" },
    { key: "matched", kind: "int", list: true },
    { key: "excepted", kind: "int", list: true },
    { key: "opened", kind: "int", list: true, wide: true },
    { key: "cleared", kind: "int" },
    { key: "completed_at", kind: "time" },
    { key: "stuck" },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["since", "until", "matched", "excepted"],
  related: [{ resource: "reconciliation", by: "run_id" }],
  actions: [{ verb: "retry", when: ({ stuck }) => stuck !== null }],
});
