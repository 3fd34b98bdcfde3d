import { BookOpen } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";

define("/v1/articles").as({
  permission: "articles",
  icon: BookOpen,
  group: "customers",
  title: (article) => article.title,
  section: lazy(() => import("../pages/article")),
  preview: lazy(() => import("../pages/article_preview")),
  sort: "-created_at",
  verbs: ["create", "edit", "delete", "restore", "bulk", "export", "timeline"],
  fields: [
    { key: "title", list: true, sort: true, filter: true, edit: "always", required: true },
    { key: "status", kind: "enum", values: "ArticleStatus", list: true, filter: true },
    { key: "visibility", kind: "enum", values: "Visibility", list: true, filter: true, edit: "always", required: true, initial: "internal" }, // prettier-ignore
    { key: "category", list: true, wide: true, filter: true, edit: "always" },
    { key: "slug", filter: true, edit: "always", hint: "slug" },
    { key: "summary", edit: "always" },
    { key: "body", kind: "longtext", edit: "always", required: true, hint: "markdown" },
    { key: "edition", kind: "int" },
    { key: "pending", kind: "bool", list: true, wide: true, filter: true },
    { key: "published_at", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "extra", kind: "json", edit: "always" },
    { key: "created_at", kind: "time", sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["title", "status", "visibility"],
  views: [
    { name: "drafts", filters: { status: "draft" } },
    { name: "pending", filters: { status: "review" } },
    { name: "archived", filters: { status: "archived" } },
  ],
  actions: [
    { verb: "submit", when: ({ status }) => status === "draft", bulk: true },
    { verb: "return", when: ({ status }) => status === "review", bulk: true },
    {
      verb: "publish",
      needs: "articles.publish",
      when: ({ status, pending }) => ["draft", "review"].includes(status) || (status === "published" && pending),
      bulk: true,
      seen: true,
    },
    { verb: "archive", needs: "articles.publish", when: ({ status }) => status === "published", bulk: true },
    { verb: "reopen", when: ({ status }) => status === "archived", bulk: true },
    {
      verb: "restore-version",
      when: ({ edition }) => edition > 0,
      ask: [{ key: "edition", kind: "int", required: true }],
    },
  ],
});
