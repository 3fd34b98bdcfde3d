// What is announced now, above the page: the most severe first. What was dismissed comes back when its text changes.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Info, OctagonAlert, TriangleAlert, X } from "lucide-react";
import { useRef } from "react";
import { useActing } from "../api/acting";
import { api, request, type Schemas } from "../api/client";
import { complain } from "../engine/rows";
import { text, useText } from "../text";
import { Formatted } from "./formatted";

type Current = Schemas["Current"];
const KEY = ["announcements", "current"];
const LOOKS = {
  info: { Icon: Info, tint: "bg-accent-soft" },
  warning: { Icon: TriangleAlert, tint: "bg-warn-soft text-warn" },
  critical: { Icon: OctagonAlert, tint: "bg-bad-soft text-bad" },
};

export default function Banner() {
  const words = useText().announcements;
  const client = useQueryClient();
  const acts = useActing(); // as a tenant: what is its own to dismiss stays
  const region = useRef<HTMLElement>(null);
  const { data } = useQuery({ queryKey: KEY, queryFn: () => request<Current>("GET", "/announcements/current") });
  const shown = data?.data.filter((each) => each.channels.includes("console") && !each.dismissed) ?? [];
  // Whoever dismisses by keyboard goes on with the next one, or with the page.
  const dismiss = async (id: string) => {
    const index = shown.findIndex((each) => each.id === id);
    const next = region.current?.querySelectorAll("button")[shown[index + 1] ? index + 1 : index - 1];
    try {
      await api.act("announcements", id, "dismiss");
    } catch (error) {
      return complain(error);
    }
    (next ?? document.querySelector<HTMLElement>("#main h1, #main"))?.focus();
    client.setQueryData<Current>(KEY, (now) => now && { ...now, data: now.data.filter((each) => each.id !== id) });
  };
  if (shown.length === 0) return null;
  return (
    <section ref={region} aria-label={words.region} className="space-y-2 p-4 pb-0 sm:px-6">
      {shown.map((each) => {
        const { Icon, tint } = LOOKS[each.severity];
        return (
          <article key={each.id} className={`flex gap-3 rounded-lg p-3 ${tint}`}>
            <Icon size={16} className="mt-0.5 shrink-0" aria-hidden />
            <div className="min-w-0 flex-1">
              <h2 className="font-semibold break-words">
                {text().values.Severity[each.severity]}: {each.title}
              </h2>
              <Formatted html={each.html} />
            </div>
            {!acts && (
              <button className="btn btn-ghost" aria-label={words.dismiss(each.title)} onClick={() => dismiss(each.id)}>
                <X size={14} />
              </button>
            )}
          </article>
        );
      })}
    </section>
  );
}
