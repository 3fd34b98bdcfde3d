import { Mail } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";

define("/v1/notifications").as({
  permission: "notifications",
  icon: Mail,
  group: "platform",
  hotkey: "m",
  title: (message) => message.subject || message.template,
  section: lazy(() => import("../pages/message")),
  sort: "-created_at",
  verbs: ["bulk", "export", "timeline"],
  fields: [
    { key: "subject", list: true },
    { key: "recipient", list: true, filter: true },
    { key: "status", kind: "enum", values: "MessageStatus", list: true, filter: true },
    { key: "channel", kind: "enum", values: "Channel", list: true, wide: true, filter: true },
    { key: "template", list: true, wide: true },
    { key: "tenant_id", kind: "ref", ref: "tenants", filter: true },
    { key: "invoice_id", kind: "ref", ref: "invoices", filter: true },
    { key: "invitation_id", kind: "ref", ref: "staff/invitations" },
    { key: "language" },
    { key: "attachments", kind: "list" },
    { key: "resend_of", kind: "ref", ref: "notifications" },
    { key: "resent_as", kind: "ref", ref: "notifications" },
    { key: "reason" },
    { key: "error" },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["subject", "recipient", "status"],
  views: [
    { name: "unknown", filters: { status: "unknown" } },
    { name: "failed", filters: { status: "failed" } },
  ],
  actions: [
    {
      verb: "resend",
      when: ({ status }) => status !== "sending",
      ask: [{ key: "reason", required: true }, { key: "recipient" }],
      bulk: true,
    },
    { verb: "retry", when: ({ status }) => status === "failed" },
  ],
});
