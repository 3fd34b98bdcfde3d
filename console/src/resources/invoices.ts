import { Receipt, Wallet } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";
import { day, money, valueName } from "../engine/format";

define("/v1/invoices").as({
  permission: "invoices",
  icon: Receipt,
  group: "revenue",
  hotkey: "i",
  title: ({ number, status, total }) => number ?? `${valueName("InvoiceState", status)} ${money(total)}`,
  section: lazy(() => import("../pages/invoice")),
  preview: lazy(() => import("../pages/invoice_preview")),
  sort: "-created_at",
  verbs: ["create", "delete", "bulk", "export", "timeline"],
  fields: [
    { key: "number", list: true, filter: true },
    { key: "tenant_id", kind: "ref", ref: "tenants", list: true, filter: true, edit: "create", required: true },
    { key: "status", kind: "enum", values: "InvoiceState", list: true, filter: true },
    { key: "total", kind: "money", list: true, filter: true },
    { key: "amount_due", kind: "money" },
    { key: "issued_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    // The moment is the end of that day, which already is the next one.
    {
      key: "due_at",
      kind: "time",
      list: true,
      wide: true,
      sort: true,
      filter: true,
      say: ({ due_on }) => day(due_on!),
    },
    { key: "paid_at", kind: "time", filter: true },
    { key: "subtotal", kind: "money", column: true },
    { key: "discount", kind: "money", column: true },
    { key: "tax", kind: "money", column: true },
    { key: "balance_applied", kind: "money", column: true },
    { key: "amount_paid", kind: "money" },
    { key: "amount_refunded", kind: "money" },
    { key: "credited", kind: "money", column: true },
    { key: "subscription_id", kind: "ref", ref: "subscriptions", filter: true },
    { key: "transaction_id", kind: "ref", ref: "transactions" },
    { key: "issuer_id", kind: "ref", ref: "settings/issuers" },
    { key: "attempts", kind: "int" },
    { key: "next_attempt_at", kind: "time" },
    { key: "collect", kind: "bool", edit: "create", initial: "true" },
    { key: "reason" },
    { key: "stuck" },
    { key: "currency", kind: "currency", filter: true, edit: "create", required: true },
    { key: "lines", kind: "lines", edit: "create", required: true },
    { key: "clock_id", kind: "ref", ref: "test-clocks", filter: true },
    { key: "created_at", kind: "time", sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["number", "status", "issued_at", "total"],
  views: [
    { name: "open", filters: { status: "open" } },
    { name: "paid", filters: { status: "paid" } },
    { name: "drafts", filters: { status: "draft" } },
  ],
  related: [
    { resource: "transactions", by: "invoice_id" },
    { resource: "notifications", by: "invoice_id" },
  ],
  actions: [
    { verb: "finalize", when: ({ status }) => status === "draft", bulk: true },
    { verb: "retry", when: ({ status }) => status === "open" },
    { verb: "mark-paid", when: ({ status }) => status === "open", ask: [{ key: "reason", required: true }] },
    { verb: "mark-uncollectible", when: ({ status }) => status === "open", ask: [{ key: "reason", required: true }] },
    { verb: "void", when: ({ status }) => status === "open", ask: [{ key: "reason", required: true }], final: true },
  ],
});

define("/v1/invoices/balances").as({
  permission: "invoices",
  icon: Wallet,
  group: null,
  title: ({ amount }) => money(amount),
  names: ["tenant_id"],
  sort: "-created_at",
  verbs: ["export", "timeline"],
  fields: [
    { key: "tenant_id", kind: "ref", ref: "tenants", list: true, filter: true },
    { key: "amount", kind: "money", list: true },
    { key: "created_at", kind: "time", list: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["amount", "created_at"],
});
