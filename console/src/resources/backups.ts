import { DatabaseBackup } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";

define("/v1/backups").as({
  permission: "backups",
  icon: DatabaseBackup,
  group: "platform",
  title: (backup) => backup.note ?? backup.created_at.slice(0, 16).replace("T", " "),
  section: lazy(() => import("../pages/backup")),
  sort: "-created_at",
  verbs: ["create", "bulk", "export", "timeline"],
  fields: [
    { key: "note", list: true, wide: true, filter: true, edit: "create" },
    { key: "manifest_key", edit: "create", hint: "manifest" },
    { key: "trigger", kind: "enum", values: "BackupTrigger", list: true, filter: true },
    { key: "status", kind: "enum", values: "BackupStatus", list: true, filter: true },
    { key: "drill_status", kind: "enum", values: "DrillStatus", filter: true },
    { key: "verified_at", kind: "time", list: true, filter: true },
    { key: "items", kind: "int", list: true, wide: true },
    { key: "bytes", kind: "int", list: true, wide: true },
    { key: "started_at", kind: "time" },
    { key: "ended_at", kind: "time" },
    { key: "requested_by", kind: "ref", ref: "staff", filter: true },
    { key: "restore_status", kind: "enum", values: "RestoreStatus", filter: true },
    { key: "manifest_sha256", kind: "id" },
    { key: "error", kind: "json" },
    { key: "stuck" },
    { key: "created_at", kind: "time", list: true, sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["trigger", "status", "verified_at"],
  actions: [
    { verb: "verify", when: ({ status }) => status === "done", bulk: true },
    {
      verb: "restore",
      when: ({ status }) => status === "done",
      needs: "backups.restore",
      ask: [{ key: "tenant_id", kind: "ref", ref: "tenants" }],
    },
    { verb: "retry", when: ({ stuck }) => stuck != null },
  ],
});
