import { KeySquare, MailPlus, MonitorSmartphone, Users } from "lucide-react";
import { lazy } from "react";
import { browser } from "../engine/browser";
import { define } from "../engine/define";

define("/v1/staff").as({
  permission: "staff",
  icon: Users,
  group: "settings",
  title: (member) => member.name,
  sort: "-created_at",
  verbs: ["edit", "delete", "restore", "bulk", "export", "timeline"],
  fields: [
    { key: "name", list: true, sort: true, filter: true, edit: "update", required: true },
    { key: "email", kind: "email", list: true, filter: true },
    { key: "role", kind: "role", list: true, filter: true, edit: "update", required: true },
    { key: "status", kind: "enum", values: "StaffStatus", list: true, filter: true },
    { key: "mfa", kind: "bool", list: true, wide: true, filter: true },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["name", "role", "status"],
  related: [
    { resource: "staff/sessions", by: "staff_id" },
    { resource: "api-keys", by: "created_by" },
  ],
  actions: [
    { verb: "disable", when: ({ status }) => status === "active", bulk: true },
    { verb: "enable", when: ({ status }) => status === "disabled", bulk: true },
  ],
});

define("/v1/staff/invitations").as({
  permission: "staff",
  icon: MailPlus,
  group: "settings",
  title: (invitation) => invitation.email,
  sort: "-created_at",
  verbs: ["create", "bulk", "export", "timeline"],
  fields: [
    { key: "email", kind: "email", list: true, filter: true, edit: "create", required: true },
    { key: "name", list: true, filter: true, edit: "create", required: true },
    { key: "role", kind: "role", list: true, filter: true, edit: "create", required: true, initial: "viewer" },
    { key: "status", kind: "enum", values: "InvitationStatus", list: true, filter: true },
    { key: "language", kind: "language", edit: "create", required: true },
    { key: "invited_by", kind: "ref", ref: "staff", list: true, wide: true, filter: true },
    { key: "staff_id", kind: "ref", ref: "staff" },
    { key: "expires_at", kind: "time", list: true, wide: true, filter: true },
    { key: "created_at", kind: "time", sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["email", "role", "status"],
  views: [{ name: "pending", filters: { status: "pending" } }],
  actions: [
    { verb: "resend", when: ({ status }) => status === "pending", bulk: true },
    { verb: "revoke", when: ({ status }) => status === "pending", bulk: true },
  ],
});

define("/v1/staff/roles").as({
  permission: "staff",
  icon: KeySquare,
  group: "settings",
  title: (role) => role.name,
  sort: "-created_at",
  verbs: ["create", "edit", "delete", "restore", "bulk", "export", "timeline"],
  fields: [
    { key: "name", list: true, sort: true, filter: true, edit: "always", required: true },
    { key: "description", kind: "longtext", list: true, wide: true, filter: true, edit: "always" },
    { key: "permissions", kind: "permissions", list: true, wide: true, edit: "always" },
    { key: "created_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["name", "description"],
  beside: lazy(() => import("../pages/built_in_roles")),
});

define("/v1/staff/sessions").as({
  permission: "staff",
  own: true,
  icon: MonitorSmartphone,
  group: "settings",
  title: (session) => browser(session.user_agent) || session.id,
  sort: "-created_at",
  verbs: ["export", "timeline"],
  fields: [
    { key: "staff_id", kind: "ref", ref: "staff", list: true, filter: true },
    { key: "user_agent", kind: "browser", list: true, wide: true },
    { key: "mfa", kind: "bool", list: true, filter: true },
    { key: "last_seen_at", kind: "time", list: true, filter: true },
    { key: "expires_at", kind: "time", filter: true },
    { key: "ended_at", kind: "time", list: true, wide: true, filter: true },
    { key: "end_reason", kind: "enum", values: "EndReason", filter: true },
    { key: "ip_hash" },
    { key: "created_at", kind: "time", sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["user_agent", "last_seen_at", "ended_at"],
  actions: [{ verb: "revoke", when: ({ ended_at }) => ended_at === null }],
});
