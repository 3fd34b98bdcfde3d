// English for what else the API names: its verbs, permissions and resources.
import { plurals } from "./plural";

const n = plurals("en");

/** The use cases, as buttons: by the last part of their address. */
export const verbs = {
  activate: "Activate",
  advance: "Advance",
  cancel: "Cancel subscription",
  change: "Change plan",
  contact: "Mark contacted",
  convert: "Start trial",
  deactivate: "Deactivate",
  default: "Make default",
  disable: "Disable",
  enable: "Enable",
  end: "End",
  finalize: "Finalize",
  kill: "Kill",
  lose: "Mark lost",
  "make-default": "Make default",
  "mark-paid": "Mark paid",
  "mark-uncollectible": "Write off",
  notes: "Add note",
  offboard: "Offboard",
  pause: "Pause",
  prices: "Add price",
  qualify: "Qualify",
  refunds: "Refund",
  renew: "Renew",
  reopen: "Reopen",
  resend: "Send again",
  resume: "Resume",
  retry: "Try again",
  revoke: "Revoke",
  rotate: "Rotate",
  send: "Send to sign",
  suspend: "Suspend",
  terminate: "Do not renew",
  uncancel: "Keep",
  void: "Void",
  withdraw: "Withdraw",
};

/** What a permission is about; `read`, `write` and others follow the dot. */
export const permissions = {
  api_keys: "API keys",
  audit: "Audit log",
  clocks: "Test clocks",
  contracts: "Contracts",
  exports: "Exports",
  flags: "Flags",
  impersonation: "Acting as tenants",
  insights: "Insights",
  invoices: "Invoices",
  leads: "Leads",
  notifications: "Notifications",
  payments: "Payments",
  plans: "Plans",
  settings: "Settings",
  staff: "Staff",
  subscriptions: "Subscriptions",
  tenants: "Tenants",
};

/** What a permission lets somebody do: its part after the dot. */
export const deeds = {
  "*": "everything",
  all: "those of others",
  convert: "start trials",
  evaluate: "ask which flags are on",
  inspect: "read",
  read: "read",
  send: "send and renew",
  sessions: "sessions of others",
  views: "saved views",
  write: "change",
};

/** What happened, by the last part of an event's name; English is the name itself. */
export const events: Record<string, string> = {};

export const groups = { customers: "Customers", revenue: "Revenue", platform: "Platform", settings: "Settings" };

export const views = {
  active: "Active",
  archived: "Archived",
  drafts: "Drafts",
  failed: "Failed",
  killed: "Killed",
  live: "Open now",
  open: "Open",
  paid: "Paid",
  past_due: "Past due",
  pending: "Pending",
  qualified: "Qualified",
  refunds: "Refunds",
  requires_action: "Requires action",
  suspended: "Suspended",
  replaced: "Replaced",
  trials: "Trials",
  unknown: "Outcome unknown",
};

type Words = { label: string; one: string; fresh: string; empty: string; count: (many: number) => string };
const words = (label: string, one: string, empty: string): Words => ({
  label,
  one,
  fresh: `New ${one}`,
  empty,
  count: (many) =>
    n(many, { one: `1 ${one}`, other: `{n} ${label.replace(/^[A-Z](?![A-Z])/, (first) => first.toLowerCase())}` }),
});

/** By the address of a resource. */
export const resources = {
  "api-keys": words("API keys", "API key", "A key lets a program in, with the permissions you choose."),
  contacts: words("Contacts", "contact", "The people at your tenants are listed here."),
  contracts: words("Contracts", "contract", "Write one by a template, and send it to be signed."),
  "contract-templates": words("Contract templates", "template", "Contracts are written by a template."),
  exports: words("Exports", "export", "Export a list, and its file is kept here for a while."),
  flags: words("Flags", "flag", "A flag switches something on for some tenants. Add the first one."),
  gateways: words("Gateways", "gateway", "Connect a payment account to charge cards."),
  impersonation: words(
    "Impersonation",
    "impersonation",
    "Whoever acts as a tenant to help it is listed here, with the reason.",
  ),
  invoices: words("Invoices", "invoice", "A subscription makes the first one; or write one by hand."),
  "invoices/balances": words("Balances", "balance", "Nothing is kept for this tenant."),
  leads: words("Leads", "lead", "A lead might become a customer. Add the first one."),
  notifications: words("Notifications", "message", "Every e-mail and SMS that goes out is listed here."),
  "payment-methods": words("Payment methods", "payment method", "No card is saved."),
  plans: words("Plans", "plan", "A plan has prices; tenants subscribe to one of them."),
  prices: words("Prices", "price", "Add a price, and the plan can be sold."),
  "settings/issuers": words("Issuers", "issuer", "The company that your invoices come from."),
  "settings/tax-rates": words("Tax rates", "tax rate", "One rate for each country you sell to."),
  staff: words("Members", "member", "Invite a colleague."),
  "staff/invitations": words("Invitations", "invitation", "Who is invited gets a mail with a link."),
  "staff/roles": words("Roles", "role", "Six roles are built in; make your own here."),
  "staff/sessions": words("Sessions", "session", "Nobody is signed in."),
  "staff/views": words("Saved views", "saved view", "Save a filter in a list, and it becomes a tab."),
  subscriptions: words("Subscriptions", "subscription", "Subscribe a tenant to a plan."),
  tenants: words("Tenants", "tenant", "A tenant is a customer of yours. Add the first one."),
  "test-clocks": words("Test clocks", "test clock", "Bind tenants to a clock, and move their time."),
  transactions: words("Transactions", "transaction", "Charges and refunds are listed here."),
};
