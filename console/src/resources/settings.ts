import { Factory, Percent } from "lucide-react";
import { define } from "../engine/define";

define("/v1/settings/issuers").as({
  permission: "settings",
  icon: Factory,
  group: "settings",
  title: (issuer) => issuer.name,
  sort: "-created_at",
  verbs: ["create", "edit", "bulk", "export", "timeline"],
  fields: [
    { key: "name", list: true, edit: "always", required: true },
    { key: "email", kind: "email", list: true, wide: true, edit: "always", required: true },
    { key: "is_default", kind: "bool", list: true },
    { key: "address", kind: "address", edit: "always" },
    { key: "vat_id", list: true, wide: true, edit: "always" },
    {
      key: "bank",
      kind: "object",
      edit: "always",
      parts: [{ key: "name", wide: true }, { key: "iban", wide: true }, { key: "bic" }],
    },
    { key: "currency", kind: "currency", edit: "always", initial: "EUR", required: true },
    { key: "zone", kind: "zone", edit: "always", required: true },
    { key: "language", kind: "language", edit: "always", required: true },
    { key: "number_prefix", edit: "always", initial: "INV", required: true },
    { key: "payment_terms_days", kind: "int", edit: "always", initial: "14", required: true },
    { key: "dunning_days", kind: "ints", edit: "always", initial: "2, 7, 14, 21" },
    { key: "prices_include_tax", kind: "bool", edit: "always" },
    { key: "register_note", edit: "always" },
    { key: "website", edit: "always" },
    {
      key: "branding",
      kind: "object",
      edit: "always",
      parts: [
        { key: "accent", kind: "color", initial: "#2563eb" },
        { key: "footer", kind: "longtext", wide: true },
      ],
    },
    { key: "created_at", kind: "time", sort: true },
    { key: "id", kind: "id" },
  ],
  brief: ["name", "is_default"],
  actions: [{ verb: "make-default", when: ({ is_default }) => !is_default }],
});

define("/v1/settings/tax-rates").as({
  permission: "settings",
  icon: Percent,
  group: "settings",
  title: (rate) => `${rate.country} ${rate.percent} %`,
  sort: "-created_at",
  verbs: ["create", "edit", "delete", "bulk", "export", "timeline"],
  fields: [
    { key: "country", kind: "country", list: true, filter: true, edit: "create", required: true },
    { key: "percent", kind: "decimal", list: true, edit: "always", required: true },
    { key: "created_at", kind: "time", list: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["country", "percent"],
});
