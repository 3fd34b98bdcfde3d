import { CalendarClock, LifeBuoy } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";

define("/v1/tickets").as({
  permission: "tickets",
  icon: LifeBuoy,
  group: "customers",
  hotkey: "k",
  title: (ticket) => `#${ticket.number} ${ticket.subject}`,
  section: lazy(() => import("../pages/ticket")),
  sort: "-created_at",
  verbs: ["create", "edit", "delete", "restore", "bulk", "export", "timeline"],
  fields: [
    { key: "number", kind: "int", list: true, filter: true },
    { key: "subject", list: true, filter: true, edit: "always", required: true },
    { key: "status", kind: "enum", values: "TicketStatus", list: true, filter: true },
    { key: "priority", kind: "enum", values: "Priority", list: true, filter: true, edit: "always", initial: "normal" },
    { key: "sla", kind: "enum", values: "Sla", list: true, wide: true, filter: true },
    { key: "due_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    {
      key: "tenant_id",
      kind: "ref",
      ref: "tenants",
      list: true,
      wide: true,
      filter: true,
      edit: "create",
      required: true,
    },
    { key: "requester_email", kind: "email", filter: true, edit: "always", required: true },
    { key: "text", kind: "longtext", edit: "create", required: true },
    { key: "assignee_id", kind: "ref", ref: "staff", list: true, wide: true, filter: true, edit: "always" },
    { key: "tags", kind: "list", filter: true, edit: "always" },
    { key: "follow_up_of", kind: "ref", ref: "tickets", filter: true },
    { key: "followed_by", kind: "ref", ref: "tickets", filter: true },
    { key: "policy_id", kind: "ref", ref: "sla-policies", filter: true },
    { key: "solved_at", kind: "time", sort: true, filter: true },
    { key: "closes_at", kind: "time", sort: true, filter: true },
    { key: "clock_id", kind: "ref", ref: "test-clocks", filter: true },
    { key: "stuck" },
    { key: "extra", kind: "json", edit: "always" },
    { key: "created_at", kind: "time", sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["subject", "status", "priority", "due_at"],
  views: [
    { name: "open", filters: { status: "new,open" } },
    { name: "pending", filters: { status: "pending" } },
  ],
  actions: [
    { verb: "open", when: ({ status }) => ["new", "pending", "solved"].includes(status), bulk: true },
    { verb: "wait", when: ({ status }) => ["new", "open"].includes(status), bulk: true },
    { verb: "solve", when: ({ status }) => ["new", "open", "pending"].includes(status), bulk: true },
    { verb: "close", when: ({ status }) => status === "solved", bulk: true },
    { verb: "retry", when: ({ stuck }) => stuck !== null },
  ],
});

const week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
const promised = [
  ["urgent_first_reply", "60"],
  ["urgent_resolution", "480"],
  ["high_first_reply", "240"],
  ["high_resolution", "960"],
  ["normal_first_reply", "480"],
  ["normal_resolution", "1920"],
  ["low_first_reply", "960"],
  ["low_resolution", "4800"],
  ["warn_percent", "80"],
  ["close_after_days", "7"],
] as const;

define("/v1/sla-policies").as({
  permission: "tickets",
  icon: CalendarClock,
  group: "settings",
  title: (policy) => policy.name,
  sort: "-created_at",
  verbs: ["create", "edit", "delete", "restore", "bulk", "export", "timeline"],
  fields: [
    { key: "name", list: true, filter: true, edit: "always", required: true },
    { key: "zone", kind: "zone", list: true, filter: true, edit: "always", required: true },
    ...week.map((key, day) => ({
      key,
      edit: "always" as const,
      required: true,
      initial: day < 5 ? "09:00-17:00" : "",
      hint: day === 0 ? ("opening" as const) : undefined,
    })),
    { key: "holidays", kind: "list", edit: "always" },
    ...promised.map(([key, initial]) => ({
      key,
      kind: "int" as const,
      edit: "always" as const,
      required: true,
      initial,
    })),
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["name", "zone"],
});
