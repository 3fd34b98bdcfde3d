import { Coins, Layers } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";
import { often, priceName } from "./price_name";

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
        { key: "unit_amount", kind: "price", required: true },
        { key: "currency", kind: "currency", required: true },
        { key: "interval", kind: "enum", values: "Interval", initial: "month", required: true },
        { key: "interval_count", kind: "int", initial: "1" },
        { key: "replaces", kind: "ref", ref: "prices", hint: "replaces" },
      ],
    },
  ],
});

define("/v1/prices").as({
  permission: "plans",
  icon: Coins,
  group: null,
  title: priceName,
  names: ["plan_id"],
  picker: lazy(() => import("../pages/price_picker")),
  sort: "-created_at",
  verbs: ["export", "timeline"],
  fields: [
    { key: "unit_amount", kind: "price", list: true },
    { key: "plan_id", kind: "ref", ref: "plans", list: true, filter: true },
    { key: "interval", kind: "enum", values: "Interval", say: often, list: true, filter: true },
    { key: "interval_count", kind: "int", column: true },
    { key: "currency", kind: "currency", filter: true },
    { key: "status", kind: "enum", values: "PriceStatus", list: true, filter: true },
    { key: "edition", kind: "int" },
    { key: "replaces", kind: "ref", ref: "prices" },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["unit_amount", "interval", "status", "created_at"],
  related: [{ resource: "subscriptions", by: "price_id" }],
});
