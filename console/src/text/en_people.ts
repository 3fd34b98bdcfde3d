// English for the audit log, roles, what is left of a key, acting as a tenant, and the own profile.
import { plurals } from "./plural";

const n = plurals("en");

export const audit = {
  title: "Audit log",
  hint: "Who did what, and what it was before. Without times: the last 30 days.",
  none: "Nothing was recorded that matches",
  recorded: "Recorded",
  effective: "In effect",
  request: "Request",
  cause: "Follows from",
  actingFor: "On behalf of",
  address: "Address (hashed)",
  hash: "Hash",
  version: "Version",
  field: "Field",
  before: "Before",
  after: "After",
  noChanges: "It changed nothing that is recorded.",
  erased: "What changed was erased.",
  verify: "Check the chain",
  verifying: "Checking…",
  intact: (many: number) => n(many, { one: "Intact: its only entry is as it was written", other: "Intact: all {n} entries are as they were written" }), // prettier-ignore
  broken: (version: number) => `Broken: entry ${version} is not what was written`,
  system: (feature: string) => `${feature} (automatic)`,
  unchained: "About no record, so part of no chain",
  onlyRecord: "All about this record",
  onlyActor: "All by whom",
  onlyType: "All of this kind",
  openRecord: "Open the record",
};

export const digests = {
  title: "Daily digests",
  hint: "Each day is sealed by a signature that also covers the day before. infra/verify_audit.py checks an exported log against them, without us.",
  none: "No day is sealed yet. That happens after midnight, UTC.",
  entries: (many: number, written: string) => n(many, { one: "1 entry", other: `${written} entries` }),
  hash: "Hash",
  previous: "Hash of the day before",
  key: "Fingerprint of the key",
  digest: "Digest",
  list: "List of entries",
  publicKey: "Public key",
};

export const roles = {
  builtIn: "Built in",
  own: "Your own",
  custom: "Role of your company",
  title: "What the built-in roles permit",
  hint: "They cannot be changed. Make a role of your own for anything between them.",
  permission: "Permission",
  ofTenants: "A tenant's key sees what is that tenant's, and changes nothing.",
};

export const usage = {
  title: "Usage",
  never: "Not used yet",
  lastUsed: "Last used",
  credits: "Credits left",
  left: (left: string, of: string) => `${left} of ${of} left`,
  each: (time: string) => `in ${time}`,
  full: (time: string) => `full again in ${time}`,
  unlimited: "No limit of its own.",
  refresh: "Look again",
};

/** Over the page, while somebody acts as a tenant. */
export const acting = {
  title: "Impersonation",
  as: "You act as",
  reading: "You see what it may see.",
  writing: "You see what it may see, and can change what it may change.",
  ends: "It ends",
  leave: "Leave",
  over: "The time as this tenant is over.",
};

/** What a permission lets somebody do: its part after the dot. */
export const deeds = {
  "*": "everything",
  all: "those of others",
  beat: "send beats",
  buy: "sell",
  convert: "start trials",
  erase: "erase what it tells",
  download: "download",
  evaluate: "ask which flags are on",
  inspect: "read",
  publish: "publish",
  read: "read",
  restore: "bring back what was",
  send: "send and renew",
  sessions: "sessions of others",
  views: "saved views",
  write: "change",
};

export const profile = {
  preferences: "How the console looks",
  language: "Language",
  theme: "Theme",
  system: "As the system",
  lightTheme: "Light",
  darkTheme: "Dark",
  ofCompany: "The company's",
  shortcuts: "Single-key shortcuts",
  password: "Password",
  current: "Current password",
  fresh: "New password",
  change: "Change password",
  changed: (many: number) =>
    n(many, { one: "Changed; 1 other session was ended", other: "Changed; {n} other sessions were ended" }),
  mfa: "Second factor",
  mfaOn: "A code of your authenticator is asked for.",
  mfaOff: "Only your password is asked for.",
  setUp: "Set up an authenticator",
  scan: "Scan this with your authenticator, then enter its code.",
  secret: "Or type this secret:",
  confirm: "Confirm",
  codes: "Recovery codes",
  codesHint: "Each opens once when you have lost your authenticator. They are shown this once.",
  stop: "Ask for no code any more",
  sessions: "Your sessions",
  endOthers: "End all others",
  ended: (many: number) => n(many, { one: "1 session was ended", other: "{n} sessions were ended" }),
  permissions: "What you may do",
};
