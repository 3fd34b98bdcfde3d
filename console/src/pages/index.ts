// The pages that are no resource's, each fetched when it is opened.
import {
  Activity,
  ChartLine,
  House,
  ListTodo,
  ScrollText,
  SquareKanban,
  Store,
  TrendingUp,
  UserRound,
  type LucideIcon,
} from "lucide-react";
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
const FirstSteps = lazy(() => import("./first_steps"));
const Forecast = lazy(() => import("./forecast"));
const Health = lazy(() => import("./health"));
const Overview = lazy(() => import("./overview"));
const Pipeline = lazy(() => import("./pipeline"));
const Profile = lazy(() => import("./profile"));
const Revenue = lazy(() => import("./revenue"));

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
      path: "/health",
      title: text().health.wall,
      icon: Activity,
      group: "platform",
      permission: "health.read",
      component: Health,
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
    {
      path: "/first-steps",
      title: text().onboarding.board,
      icon: ListTodo,
      group: "customers",
      permission: "onboarding.read",
      component: FirstSteps,
    },
    {
      path: "/revenue",
      title: text().insights.revenue,
      icon: TrendingUp,
      group: "revenue",
      permission: "insights.read",
      component: Revenue,
    },
    {
      path: "/forecast",
      title: text().insights.forecast,
      icon: ChartLine,
      group: "revenue",
      permission: "insights.read",
      component: Forecast,
    },
    { path: "/profile", title: words.profile, icon: UserRound, component: Profile },
  ];
  return all.filter(({ permission }) => !permission || may(permission));
}
