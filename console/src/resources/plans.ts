import { Coins, Layers } from "lucide-react";
import { define } from "../engine/define";

define("/v1/plans").as({
  permission: "plans",
  icon: Layers,
  group: "revenue",
  hotkey: "p",
  title: (plan) => plan.name,
  sort: "-created_at",
  verbs: ["create", "edit", "delete", "restore", "bulk", "export", "timeline"],
  fields: [
    { key: "name", list: true, sort: true, filter: true, edit: "always", required: true },
    { key: "status", kind: "enum", values: "PlanStatus", list: true, filter: true, edit: "update" },
    { key: "description", kind: "longtext", list: true, wide: true, edit: "always" },
    { key: "trial_days", kind: "int", list: true, wide: true, sort: true, filter: true, edit: "always", initial: "0" },
    { key: "features", kind: "list", edit: "always" },
    { key: "limits", kind: "json", edit: "always" },
    { key: "extra", kind: "json", edit: "always" },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["name", "status"],
  views: [
    { name: "active", filters: { status: "active" } },
    { name: "archived", filters: { status: "archived" } },
  ],
  related: [
    { resource: "prices", by: "plan_id" },
    { resource: "subscriptions", by: "plan_id" },
  ],
  actions: [
    {
      verb: "prices",
      ask: [
        { key: "currency", initial: "EUR", required: true },
        { key: "interval", kind: "enum", values: "Interval", initial: "month", required: true },
        { key: "interval_count", kind: "int", initial: "1" },
        { key: "unit_amount", required: true },
      ],
    },
  ],
});

define("/v1/prices").as({
  permission: "plans",
  icon: Coins,
  group: null,
  title: (price) => `${price.unit_amount} ${price.currency} / ${price.interval_count} ${price.interval}`,
  sort: "-created_at",
  verbs: ["export", "timeline"],
  fields: [
    { key: "plan_id", kind: "ref", ref: "plans", list: true, filter: true },
    { key: "interval", kind: "enum", values: "Interval", list: true, filter: true },
    { key: "interval_count", kind: "int", list: true, wide: true },
    { key: "unit_amount", kind: "money", list: true },
    { key: "currency", filter: true },
    { key: "status", kind: "enum", values: "PriceStatus", list: true, filter: true },
    { key: "edition", kind: "int" },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["interval", "unit_amount", "status"],
});
