// English for the enums of the API.
import type { Schemas } from "../api/client";

type Closed<K extends keyof Schemas> = Schemas[K] extends string ? (string extends Schemas[K] ? never : K) : never;
/** The enums of the API, each with all of its values. */
export type Values = {
  [K in { [N in keyof Schemas]: Closed<N> }[keyof Schemas] as Exclude<K, "Currency">]: Record<
    Schemas[K] & string,
    string
  >;
};

/** Those of the API that have no name there. */
type Unnamed = { Refill: Record<NonNullable<Schemas["KeyCredits"]["refill"]>, string> };

export const values: Values & Unnamed = {
  AnnouncementChannel: { console: "Console", email: "E-mail" },
  AnnouncementStatus: { draft: "Draft", scheduled: "Scheduled", live: "Live", ended: "Ended", canceled: "Withdrawn" },
  ArticleStatus: { draft: "Draft", review: "In review", published: "Published", archived: "Archived" },
  Audience: { all: "All tenants", plans: "Tenants on plans", tenants: "Some tenants" },
  CancelReason: {
    too_expensive: "Too expensive",
    missing_features: "Something is missing",
    switched: "Went to another service",
    unused: "Not used",
    service: "Support",
    quality: "Quality",
    other: "Another reason",
  },
  Channel: { email: "E-mail", sms: "SMS" },
  ClockStatus: { ready: "Ready", advancing: "Advancing", failed: "Failed" },
  Dispute: { none: "None", open: "Open", lost: "Lost", won: "Won" },
  EndReason: {
    signed_out: "Signed out",
    revoked: "Revoked",
    reused: "Token reused",
    password_changed: "Password changed",
    disabled: "Disabled",
  },
  Environment: { live: "Live", test: "Test" },
  ExportFormat: { csv: "CSV", xlsx: "Excel", jsonl: "JSON Lines" },
  ExportLanguage: { en: "English", de: "German" },
  ExportStatus: { queued: "Queued", running: "Running", done: "Done", failed: "Failed", expired: "Expired" },
  LeadSource: {
    website: "Website",
    referral: "Referral",
    partner: "Partner",
    event: "Event",
    outbound: "Outbound",
    other: "Other",
  },
  LeadStatus: {
    new: "New",
    contacted: "Contacted",
    qualified: "Qualified",
    trial: "Trial",
    won: "Won",
    lost: "Lost",
  },
  GatewayKind: { stripe: "Stripe" },
  GatewayStatus: { active: "Active", inactive: "Inactive" },
  Interval: { day: "Daily", week: "Weekly", month: "Monthly", quarter: "Quarterly", year: "Yearly" },
  InvitationStatus: { pending: "Pending", accepted: "Accepted", revoked: "Revoked" },
  InvoiceState: { draft: "Draft", open: "Open", paid: "Paid", void: "Void", uncollectible: "Uncollectible" },
  KeyStatus: { active: "Active", disabled: "Disabled", revoked: "Revoked" },
  Kind: { charge: "Charge", refund: "Refund" },
  MessageStatus: { sending: "Sending", sent: "Sent", failed: "Failed", unknown: "Unknown", suppressed: "Suppressed" },
  PlanStatus: { active: "Active", archived: "Archived" },
  PriceStatus: { current: "Current", replaced: "Replaced" },
  Refill: { daily: "Daily", monthly: "Monthly" },
  RefundReason: {
    duplicate: "Duplicate",
    fraudulent: "Fraudulent",
    requested_by_customer: "Asked for by the customer",
  },
  Role: {
    owner: "Owner",
    admin: "Admin",
    billing: "Billing",
    support: "Support",
    developer: "Developer",
    viewer: "Viewer",
  },
  Severity: { info: "Information", warning: "Warning", critical: "Critical" },
  StaffStatus: { active: "Active", disabled: "Disabled" },
  SubscriptionState: {
    trialing: "Trial",
    active: "Active",
    past_due: "Past due",
    paused: "Paused",
    canceled: "Canceled",
    ended: "Ended",
  },
  TenantStatus: {
    requested: "Requested",
    provisioning: "Provisioning",
    active: "Active",
    suspended: "Suspended",
    offboarding: "Offboarding",
    deleted: "Deleted",
  },
  TaskKind: {
    confirmation_awaited: "Payments that a customer must confirm",
    charge_failed: "Charges that failed",
    invoice_overdue: "Invoices that are overdue",
    key_expiring: "API keys that expire soon",
    message_unknown: "Messages of unknown outcome",
    message_failed: "Messages that failed",
    subscription_stuck: "Subscriptions that are stuck",
    invoice_stuck: "Invoices that are stuck",
    transaction_stuck: "Transactions that are stuck",
    message_stuck: "Messages that are stuck",
  },
  TransactionStatus: {
    pending: "Pending",
    processing: "Processing",
    requires_action: "Requires action",
    failed: "Failed",
    succeeded: "Succeeded",
  },
  Visibility: { public: "Everybody", internal: "Staff" },
  When: { now: "Now", period_end: "At the end of the period" },
};
