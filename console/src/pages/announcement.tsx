// What an announcement's page shows above its fields: how it looks, whom it is for, and how many have seen it.
import { useQuery } from "@tanstack/react-query";
import { request, type ApiError, type Row, type Schemas } from "../api/client";
import { resource } from "../engine/define";
import { Trouble } from "../engine/form";
import { RefName } from "../engine/names";
import { text, useText } from "../text";
import { Preview } from "./announcement_preview";

export default function Announcement({ row }: { row: Row }) {
  const words = useText().announcements;
  const named = row.audience_ids as string[];
  return (
    <div className="space-y-4">
      <Preview name="announcements" typed={row.body} as="h2" />
      {named.length > 0 && (
        <section className="card p-4">
          <h2 className="section-title">{words.isFor}</h2>
          <ul className="mt-2">
            {named.map((id) => (
              <li key={id}>
                <RefName res={resource(row.audience)!} id={id} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {["live", "ended", "canceled"].includes(row.status) && <Seen row={row} />}
    </div>
  );
}

function Seen({ row }: { row: Row }) {
  const words = text().announcements;
  const { data, error } = useQuery<Schemas["Seen"], ApiError>({
    queryKey: ["announcements", row.id, "seen", row.version],
    queryFn: () => request("GET", `/announcements/${row.id}/seen`),
  });
  return (
    <section className="card p-4">
      <h2 className="section-title">{words.seen}</h2>
      <Trouble problem={error} fields={[]} />
      <p className="mt-1 text-ink-2">{data && words.counts(data.read, data.dismissed)}</p>
    </section>
  );
}
