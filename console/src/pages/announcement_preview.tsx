// How the text that is being typed is going to look.
import { useQuery } from "@tanstack/react-query";
import { request, type ApiError, type Schemas } from "../api/client";
import { text } from "../text";
import { Refusals } from "./invoice_preview";
import { Formatted } from "../ui/formatted";

export default function AnnouncementPreview({ body }: { body: object }) {
  const typed = (body as { body?: string }).body ?? "";
  return <Preview name="announcements" typed={typed} />;
}

type Props = { name: "announcements" | "articles"; typed: string; as?: "h2" | "h3" };

/** The API makes the HTML: what is seen here is what its readers will see. */
export function Preview({ name, typed, as: Heading = "h3" }: Props) {
  const { data, error } = useQuery<Schemas["AnnouncementPreview"], ApiError>({
    queryKey: [name, "preview", typed],
    queryFn: () => request("POST", `/${name}/preview`, { body: typed }),
    staleTime: Infinity,
    retry: false,
  });
  return (
    <section className="card p-4" aria-live="polite" aria-busy={!data && !error}>
      <Heading className="section-title mb-2">{text().announcements.preview}</Heading>
      {error && <Refusals error={error} />}
      {data && <Formatted html={data.html} />}
    </section>
  );
}
