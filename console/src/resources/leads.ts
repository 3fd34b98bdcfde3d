import { Sprout } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";

const OPEN = ["new", "contacted", "qualified"];

define("/v1/leads").as({
  permission: "leads",
  icon: Sprout,
  group: "customers",
  hotkey: "l",
  title: (lead) => lead.company ?? lead.name,
  section: lazy(() => import("../pages/lead")),
  sort: "-created_at",
  verbs: ["create", "edit", "delete", "restore", "bulk", "export", "timeline"],
  fields: [
    { key: "name", list: true, filter: true, edit: "always", required: true },
    { key: "company", list: true, filter: true, edit: "always" },
    { key: "status", kind: "enum", values: "LeadStatus", list: true, filter: true },
    { key: "score", kind: "int", list: true, sort: true, filter: true },
    { key: "email", kind: "email", list: true, wide: true, filter: true, edit: "always", required: true },
    { key: "phone", edit: "always" },
    { key: "employees", kind: "int", edit: "always" },
    { key: "source", kind: "enum", values: "LeadSource", filter: true, edit: "always", initial: "website" },
    { key: "plan_id", kind: "ref", ref: "plans", filter: true, edit: "always" },
    { key: "owner_id", kind: "ref", ref: "staff", list: true, wide: true, filter: true, edit: "always" },
    { key: "next_step", kind: "longtext", edit: "always" },
    { key: "next_step_at", kind: "time", list: true, wide: true, sort: true, filter: true, edit: "always" },
    { key: "lost_reason" },
    { key: "possible_duplicates", kind: "list", ref: "leads" },
    { key: "tenant_id", kind: "ref", ref: "tenants", filter: true },
    { key: "subscription_id", kind: "ref", ref: "subscriptions" },
    { key: "trial_ends_at", kind: "time", sort: true, filter: true },
    { key: "stuck" },
    { key: "extra", kind: "json", edit: "always" },
    { key: "created_at", kind: "time", sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["name", "company", "status", "score"],
  views: [
    { name: "qualified", filters: { status: "qualified" } },
    { name: "trials", filters: { status: "trial" } },
  ],
  actions: [
    { verb: "contact", when: ({ status }) => status === "new", bulk: true },
    { verb: "qualify", when: ({ status }) => ["new", "contacted"].includes(status), bulk: true },
    {
      verb: "convert",
      needs: "leads.convert",
      when: ({ status, tenant_id }) => OPEN.includes(status) && !tenant_id,
      ask: [
        { key: "price_id", kind: "ref", ref: "prices", required: true },
        { key: "trial_days", kind: "int" },
        { key: "zone", kind: "zone", required: true },
        { key: "language", kind: "language", required: true },
      ],
    },
    { verb: "notes", ask: [{ key: "text", kind: "longtext", required: true }] },
    {
      verb: "lose",
      when: ({ status }) => OPEN.includes(status),
      ask: [{ key: "reason", kind: "longtext", required: true }],
      bulk: true,
    },
    { verb: "reopen", when: ({ status }) => status === "lost", bulk: true },
    { verb: "retry", when: ({ stuck }) => stuck !== null },
  ],
});
