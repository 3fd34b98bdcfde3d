// Whose eyes one sees with, for as long as that goes on; and the way out.
import { VenetianMask } from "lucide-react";
import { useEffect } from "react";
import { toast } from "sonner";
import { navigate } from "wouter/use-browser-location";
import { become, useActing, type Acting } from "../api/acting";
import { api, ApiError, type Row } from "../api/client";
import { resource } from "../engine/define";
import { Time } from "../engine/format";
import { RefName } from "../engine/names";
import { complain } from "../engine/rows";
import { text, useText } from "../text";

function turn(acting: Acting | null, token: string, to: string) {
  become(acting, token);
  navigate(to);
}

export const begin = (made: Row) => turn(made as unknown as Acting, made.token, `/tenants/${made.tenant_id}`);

async function leave({ id, tenant_id }: Acting) {
  turn(null, "", `/tenants/${tenant_id}`);
  try {
    await api.act("impersonation", id, "end");
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) complain(error); // 409: it has ended already
  }
}

export function ActingBanner() {
  useText();
  const acting = useActing();
  useEffect(() => {
    if (!acting) return;
    const over = () => {
      toast(text().acting.over);
      turn(null, "", `/tenants/${acting.tenant_id}`);
    };
    const timer = setTimeout(over, new Date(acting.expires_at).getTime() - Date.now());
    return () => clearTimeout(timer);
  }, [acting]);
  if (!acting) return null;
  const words = text().acting;
  return (
    <section
      aria-label={words.title}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-warn-soft px-4 py-2 text-warn md:rounded-t-xl"
    >
      <VenetianMask size={16} className="shrink-0" />
      <p className="min-w-0 flex-1">
        <strong className="font-medium">
          {words.as} <RefName res={resource("tenants")!} id={acting.tenant_id} />
        </strong>
        {". "}
        {acting.writing ? words.writing : words.reading} {words.ends} <Time at={acting.expires_at} />.
      </p>
      <button className="btn" onClick={() => void leave(acting)}>
        {words.leave}
      </button>
    </section>
  );
}
