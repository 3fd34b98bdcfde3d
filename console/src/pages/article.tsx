// What an article's page shows above its fields: how it looks, whom it has helped, and what was published of it.
import { useQuery } from "@tanstack/react-query";
import { request, type ApiError, type Row, type Schemas } from "../api/client";
import { resource } from "../engine/define";
import { Trouble } from "../engine/form";
import { Time } from "../engine/format";
import { RefName } from "../engine/names";
import { useText } from "../text";
import { Preview } from "./announcement_preview";

export default function Article({ row }: { row: Row }) {
  useText();
  return (
    <div className="space-y-4">
      <Preview name="articles" typed={row.body} as="h2" />
      {row.edition > 0 && <Published row={row} />}
    </div>
  );
}

function Published({ row }: { row: Row }) {
  const words = useText().articles;
  const votes = useQuery<Schemas["Votes"], ApiError>({
    queryKey: ["articles", row.id, "votes"],
    queryFn: () => request("GET", `/articles/${row.id}/votes`),
  });
  const { data, error } = useQuery<Schemas["ArticleVersions"], ApiError>({
    queryKey: ["articles", row.id, "versions", row.edition],
    queryFn: () => request("GET", `/articles/${row.id}/versions`),
  });
  return (
    <section className="card p-4">
      <h2 className="section-title">{words.versions}</h2>
      <p className="text-ink-2">{votes.data && words.votes(votes.data.helpful, votes.data.unhelpful)}</p>
      <Trouble problem={error} fields={[]} />
      <ol className="mt-2 space-y-1">
        {data?.data.map((each) => (
          <li key={each.edition} className="break-words">
            {each.edition}. {each.title}{" "}
            <span className="text-xs text-ink-2">
              <RefName res={resource("staff")!} id={each.by} /> · <Time at={each.at} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
