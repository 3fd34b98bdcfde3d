// The pages that are no resource's, each fetched when it is opened.
import { House, ScrollText, SquareKanban, Store, UserRound, type LucideIcon } from "lucide-react";
import { lazy, type ComponentType } from "react";
import { may } from "../api/account";
import { text } from "../text";

type Page = {
  path: string;
  title: string;
  icon: LucideIcon;
  group?: string;
  hotkey?: string;
  component: ComponentType;
};

const Catalogue = lazy(() => import("./catalogue"));
const Audit = lazy(() => import("./audit"));
const Overview = lazy(() => import("./overview"));
const Pipeline = lazy(() => import("./pipeline"));
const Profile = lazy(() => import("./profile"));

export function pages(): Page[] {
  const words = text().app;
  const all: (Page & { permission?: string })[] = [
    { path: "/", title: words.overview, icon: House, hotkey: "o", component: Overview },
    {
      path: "/audit",
      title: text().audit.title,
      icon: ScrollText,
      group: "platform",
      hotkey: "a",
      permission: "audit.inspect",
      component: Audit,
    },
    {
      path: "/catalogue",
      title: text().content.catalogue,
      icon: Store,
      group: "revenue",
      permission: "content.read",
      component: Catalogue,
    },
    {
      path: "/pipeline",
      title: text().leads.board,
      icon: SquareKanban,
      group: "customers",
      permission: "leads.read",
      component: Pipeline,
    },
    { path: "/profile", title: words.profile, icon: UserRound, component: Profile },
  ];
  return all.filter(({ permission }) => !permission || may(permission));
}
