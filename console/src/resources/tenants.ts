import { Building2, Contact } from "lucide-react";
import { define } from "../engine/define";

define("/v1/tenants").as({
  permission: "tenants",
  icon: Building2,
  group: "customers",
  hotkey: "t",
  title: (tenant) => tenant.name,
  sort: "-created_at",
  verbs: ["create", "edit", "bulk", "export", "timeline"],
  fields: [
    { key: "name", list: true, sort: true, filter: true, edit: "always", required: true },
    { key: "status", kind: "enum", values: "TenantStatus", list: true, filter: true },
    { key: "plan_id", kind: "ref", ref: "plans", list: true, wide: true, filter: true },
    { key: "email", kind: "email", list: true, wide: true, filter: true, edit: "always", required: true },
    { key: "phone", edit: "always" },
    { key: "address", kind: "address", edit: "always" },
    { key: "vat_id", edit: "always", filter: true },
    { key: "vat_id_valid", kind: "bool" },
    { key: "currency", kind: "currency", filter: true, edit: "create" },
    { key: "zone", kind: "zone", edit: "always", required: true },
    { key: "language", kind: "language", filter: true, edit: "always", required: true },
    { key: "owner_id", kind: "ref", ref: "staff", filter: true, edit: "always" },
    { key: "clock_id", kind: "ref", ref: "test-clocks", filter: true, edit: "create" },
    { key: "extra", kind: "json", edit: "always" },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["name", "status", "plan_id"],
  views: [
    { name: "active", filters: { status: "active" } },
    { name: "suspended", filters: { status: "suspended" } },
  ],
  related: [
    { resource: "contacts", by: "tenant_id" },
    { resource: "subscriptions", by: "tenant_id" },
    { resource: "invoices", by: "tenant_id" },
    { resource: "payment-methods", by: "tenant_id" },
    { resource: "invoices/balances", by: "tenant_id" },
    { resource: "api-keys", by: "tenant_id" },
  ],
  actions: [
    {
      verb: "suspend",
      when: (tenant) => tenant.status === "active",
      ask: [{ key: "reason", kind: "longtext", required: true }],
      bulk: true,
    },
    { verb: "resume", when: (tenant) => tenant.status === "suspended", bulk: true },
    {
      verb: "offboard",
      when: (tenant) => ["active", "suspended"].includes(tenant.status),
      ask: [{ key: "reason", kind: "longtext", required: true }],
      final: true,
    },
    { verb: "retry", when: (tenant) => tenant.status === "provisioning" },
  ],
});

define("/v1/contacts").as({
  permission: "tenants",
  icon: Contact,
  group: "customers",
  title: (contact) => contact.name,
  sort: "-created_at",
  verbs: ["create", "edit", "delete", "restore", "bulk", "export", "timeline"],
  fields: [
    { key: "name", list: true, sort: true, filter: true, edit: "always", required: true },
    { key: "tenant_id", kind: "ref", ref: "tenants", list: true, filter: true, edit: "create", required: true },
    { key: "email", kind: "email", list: true, wide: true, filter: true, edit: "always", required: true },
    { key: "phone", list: true, wide: true, edit: "always" },
    { key: "role", called: "position", list: true, wide: true, edit: "always" },
    { key: "extra", kind: "json", edit: "always" },
    { key: "created_at", kind: "time", sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["name", "role", "email"],
});
