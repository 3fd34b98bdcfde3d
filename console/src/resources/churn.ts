import { UserRoundMinus } from "lucide-react";
import { lazy } from "react";
import { define } from "../engine/define";

const percent = (perMille: number) => `${(perMille / 10).toFixed(1)} %`;

define("/v1/insights/churn").as({
  permission: "insights",
  icon: UserRoundMinus,
  group: "revenue",
  title: (churn) => percent(churn.probability_per_mille),
  names: ["tenant_id"],
  section: lazy(() => import("../pages/churn")),
  sort: "-probability_per_mille",
  verbs: ["export", "timeline"],
  fields: [
    { key: "tenant_id", kind: "ref", ref: "tenants", list: true, filter: true },
    {
      key: "probability_per_mille",
      say: ({ probability_per_mille }) => percent(probability_per_mille),
      kind: "int",
      list: true,
      sort: true,
      filter: true,
    },
    { key: "risk", kind: "enum", values: "ChurnRisk", list: true, filter: true },
    { key: "mrr", kind: "money", list: true, sort: true },
    { key: "as_of", kind: "time", list: true, wide: true, sort: true, filter: true },
    { key: "model", list: true, wide: true, filter: true },
    { key: "created_at", kind: "time", sort: true, filter: true },
    { key: "id", kind: "id" },
  ],
  brief: ["tenant_id", "probability_per_mille", "risk"],
  views: [{ name: "atRisk", filters: { risk: "high,medium" } }],
  actions: [],
});
