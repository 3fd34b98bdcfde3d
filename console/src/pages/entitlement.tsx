// What an entitlement is for: its file, while it is active.
import { Download } from "lucide-react";
import { may } from "../api/account";
import { request, type Row, type Schemas } from "../api/client";
import { resource } from "../engine/define";
import { complain, useRefresh } from "../engine/rows";
import { useText } from "../text";

export default function Entitlement({ row }: { row: Row }) {
  const words = useText().content;
  const refresh = useRefresh(resource("content/entitlements")!);
  if (row.status !== "active" || !may("content.download")) return null;
  const fetched = async () => {
    const link = await request<Schemas["EntitlementLink"]>("POST", `/content/entitlements/${row.id}/download`, {});
    if (link.url) location.assign(link.url); // an attachment: the page stays
    await refresh();
  };
  return (
    <section className="card flex p-4">
      <button className="btn" onClick={() => void fetched().catch(complain)}>
        <Download size={14} />
        {words.download}
      </button>
    </section>
  );
}
