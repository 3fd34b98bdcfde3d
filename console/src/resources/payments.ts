import { ArrowLeftRight, CreditCard, Landmark } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";
import { money, valueName } from "../engine/format";

define("/v1/transactions").as({
  permission: "payments",
  icon: ArrowLeftRight,
  group: "revenue",
  hotkey: "x",
  title: ({ kind, amount }) => `${valueName("Kind", kind)} ${money(amount)}`,
  section: lazy(() => import("../pages/transaction")),
  sort: "-created_at",
  verbs: ["create", "bulk", "export", "timeline"],
  fields: [
    { key: "amount", kind: "money", list: true, filter: true, edit: "create", required: true },
    { key: "currency", kind: "currency", filter: true, edit: "create", required: true },
    { key: "kind", kind: "enum", values: "Kind", list: true, filter: true },
    { key: "status", kind: "enum", values: "TransactionStatus", list: true, filter: true },
    { key: "tenant_id", kind: "ref", ref: "tenants", list: true, filter: true },
    {
      key: "invoice_id",
      kind: "ref",
      ref: "invoices",
      list: true,
      wide: true,
      filter: true,
      edit: "create",
      required: true,
    },
    { key: "amount_refunded", kind: "money" },
    { key: "fee", kind: "money", currency: "settlement_currency" },
    { key: "net", kind: "money", currency: "settlement_currency" },
    { key: "dispute", kind: "enum", values: "Dispute", filter: true },
    { key: "amount_disputed", kind: "money" },
    { key: "dispute_fee", kind: "money", currency: "settlement_currency" },
    { key: "attempt", kind: "int" },
    { key: "code" },
    { key: "reason" },
    { key: "parent_id", kind: "ref", ref: "transactions" },
    { key: "stuck" },
    { key: "gateway_id", kind: "ref", ref: "gateways", filter: true, edit: "create", required: true },
    { key: "reference", edit: "create", required: true },
    { key: "gateway_ref", kind: "id" },
    { key: "clock_id", kind: "ref", ref: "test-clocks", filter: true },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["amount", "kind", "status", "created_at"],
  views: [
    { name: "failed", filters: { status: "failed" } },
    { name: "requires_action", filters: { status: "requires_action" } },
    { name: "refunds", filters: { kind: "refund" } },
  ],
  related: [
    {
      resource: "transactions",
      by: "parent_id",
      title: "refunds",
      when: ({ kind, status }) => kind === "charge" && status === "succeeded",
    },
  ],
  actions: [
    {
      verb: "refunds",
      when: ({ kind, status }) => kind === "charge" && status === "succeeded",
      ask: [
        { key: "amount", kind: "money", hint: "refund" },
        { key: "reason", kind: "enum", values: "RefundReason", initial: "requested_by_customer", required: true },
      ],
    },
    {
      verb: "sent",
      when: ({ kind, status }) => kind === "refund" && status === "requires_action",
      ask: [{ key: "reference", required: true }],
    },
    {
      verb: "withdraw",
      when: ({ kind, status }) => kind === "refund" && status === "requires_action",
    },
    { verb: "retry", when: ({ stuck }) => stuck !== null },
  ],
});

define("/v1/payment-methods").as({
  permission: "payments",
  icon: CreditCard,
  group: null,
  title: (method) => `${method.brand} …${method.last4}`,
  sort: "-created_at",
  verbs: ["create", "delete", "bulk", "export", "timeline"],
  fields: [
    { key: "tenant_id", kind: "ref", ref: "tenants", list: true, filter: true, edit: "create", required: true },
    { key: "token", edit: "create", required: true },
    { key: "brand", list: true },
    { key: "last4", list: true },
    { key: "exp_month", kind: "int" },
    { key: "exp_year", kind: "int" },
    { key: "is_default", kind: "bool", list: true },
    { key: "gateway_id", kind: "ref", ref: "gateways" },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["brand", "last4", "is_default"],
  actions: [{ verb: "default", when: ({ is_default }) => !is_default }],
});

define("/v1/gateways").as({
  permission: "payments",
  icon: Landmark,
  group: "settings",
  title: (gateway) => gateway.name,
  sort: "-created_at",
  verbs: ["create", "edit", "bulk", "export", "timeline"],
  fields: [
    { key: "name", list: true, filter: true, edit: "always", required: true },
    {
      key: "kind",
      kind: "enum",
      values: "GatewayKind",
      list: true,
      filter: true,
      edit: "create",
      required: true,
      initial: "stripe",
    },
    { key: "status", kind: "enum", values: "GatewayStatus", list: true, filter: true },
    { key: "is_default", kind: "bool", list: true, edit: "always" },
    { key: "publishable_key", edit: "always" },
    { key: "secret_key", kind: "password", edit: "always" },
    { key: "webhook_secret", kind: "password", edit: "always" },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["name", "status"],
  actions: [
    {
      verb: "lines",
      when: ({ kind }) => kind === "bank_transfer",
      ask: [
        {
          key: "lines",
          kind: "objects",
          required: true,
          parts: [
            { key: "id", required: true },
            { key: "booked_on", kind: "date", required: true },
            { key: "amount", kind: "money", required: true },
            { key: "currency", kind: "currency", required: true },
            { key: "text", wide: true },
          ],
        },
      ],
    },
    { verb: "activate", when: ({ status }) => status === "inactive", bulk: true },
    { verb: "deactivate", when: ({ status }) => status === "active", bulk: true },
  ],
});
