import { Repeat } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";
import { priceName, type Priced } from "./price_name";

const agreed = ({ price }: { price: object }) => priceName(price as Priced);

define("/v1/subscriptions").as({
  permission: "subscriptions",
  icon: Repeat,
  group: "revenue",
  hotkey: "s",
  title: (subscription) => agreed(subscription) + (subscription.quantity === 1 ? "" : ` × ${subscription.quantity}`),
  names: ["plan_id"],
  sort: "-created_at",
  verbs: ["create", "bulk", "export", "timeline"],
  fields: [
    { key: "tenant_id", kind: "ref", ref: "tenants", list: true, filter: true, edit: "create", required: true },
    { key: "status", kind: "enum", values: "SubscriptionState", list: true, filter: true },
    { key: "plan_id", kind: "ref", ref: "plans", list: true, filter: true },
    {
      key: "price_id",
      say: agreed,
      kind: "ref",
      ref: "prices",
      list: true,
      wide: true,
      edit: "create",
      required: true,
    },
    { key: "quantity", kind: "int", list: true, wide: true, edit: "create", initial: "1" },
    { key: "trial_days", kind: "int", edit: "create" },
    { key: "trial_end", kind: "time" },
    { key: "period_start", kind: "time" },
    { key: "period_end", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "pending_price_id", kind: "ref", ref: "prices" },
    { key: "pending_quantity", kind: "int" },
    { key: "latest_invoice_id", kind: "ref", ref: "invoices" },
    { key: "overdue", kind: "list", ref: "invoices" },
    { key: "next_action_at", kind: "time" },
    { key: "canceled_at", kind: "time" },
    { key: "cancel_reason" },
    { key: "ended_at", kind: "time" },
    { key: "stuck" },
    { key: "zone" },
    { key: "clock_id", kind: "ref", ref: "test-clocks", filter: true },
    { key: "created_at", kind: "time", sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["tenant_id", "plan_id", "price_id", "status", "period_end"],
  views: [
    { name: "trials", filters: { status: "trialing" } },
    { name: "active", filters: { status: "active" } },
    { name: "past_due", filters: { status: "past_due" } },
  ],
  related: [{ resource: "invoices", by: "subscription_id" }],
  actions: [
    {
      verb: "change",
      when: ({ status }) => ["trialing", "active", "past_due"].includes(status),
      dialog: lazy(() => import("../pages/change_plan")),
    },
    {
      verb: "pause",
      when: ({ status }) => status === "active",
      ask: [{ key: "resumes_at", kind: "time" }],
    },
    { verb: "resume", when: ({ status }) => status === "paused" },
    {
      verb: "cancel",
      when: ({ status, canceled_at }) => !["canceled", "ended"].includes(status) && !canceled_at,
      ask: [
        { key: "reason", kind: "enum", values: "CancelReason", initial: "other", required: true },
        { key: "when", kind: "enum", values: "When", initial: "period_end", required: true },
        { key: "comment", kind: "longtext" },
        { key: "credit", kind: "bool", hint: "credit" },
      ],
    },
    { verb: "uncancel", when: ({ status, canceled_at }) => status !== "ended" && canceled_at !== null },
    { verb: "retry", when: ({ stuck }) => stuck !== null },
  ],
});
