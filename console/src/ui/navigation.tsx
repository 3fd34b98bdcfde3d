// Where one can go, who one is, and whether what is shown is live.
import { Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { toast } from "sonner";
import { Link, useLocation } from "wouter";
import { prefer, useMe } from "../api/account";
import { markSeen, useLive } from "../api/live";
import { leave } from "../api/session";
import { resources, sees } from "../engine/define";
import { wordsOf } from "../engine/words";
import { pages } from "../pages";
import { text, useText } from "../text";
import { TestData } from "./test_data";
import { isDark } from "./theme";

export function Brand() {
  useText();
  const test = useMe()?.mode !== "live";
  return (
    <>
      <Link href="/" className="flex items-center gap-2 font-semibold tracking-tight">
        <img src="/icon.svg" alt="" className="size-5" />
        {text().app.name}
      </Link>
      {test && <TestData />}
    </>
  );
}

export function Navigation() {
  useText();
  const words = text();
  const lists = resources().filter((res) => res.group && sees(res));
  const links = [
    ...pages().map(({ path, icon: Icon, title, group }) => ({ href: path, icon: <Icon size={15} />, title, group: group ?? "" })),
    ...lists.map((res) => ({ href: `/${res.name}`, icon: <res.icon size={15} />, title: wordsOf(res).label, group: res.group! as string })),
  ].filter(({ href }) => href !== "/profile"); // prettier-ignore
  const order = ["", ...Object.keys(words.groups)].filter((each) => links.some(({ group }) => group === each));
  return (
    <nav aria-label={words.app.main} className="flex-1 space-y-4 overflow-auto">
      {order.map((group) => (
        <div key={group}>
          {group && (
            <div className="px-2 pb-1 text-xs font-medium text-ink-3">
              {words.groups[group as keyof typeof words.groups]}
            </div>
          )}
          {links
            .filter((link) => link.group === group)
            .map((link) => (
              <NavLink key={link.href} {...link} />
            ))}
        </div>
      ))}
    </nav>
  );
}

/** The longest address that the page's begins with. */
function useOn(href: string) {
  const [location] = useLocation();
  if (href === "/") return location === "/";
  const inside = (path: string) => location === path || location.startsWith(`${path}/`);
  const closer = resources().some((res) => res.name.length >= href.length && `/${res.name}` !== href && `/${res.name}`.startsWith(href) && inside(`/${res.name}`)); // prettier-ignore
  return inside(href) && !closer;
}

function NavLink({ href, icon, title }: { href: string; icon: ReactNode; title: string }) {
  const name = href.slice(1);
  const unseen = useLive().unseen[name]?.length ?? 0;
  const on = useOn(href);
  const look = on ? "bg-fill font-medium text-ink" : "text-ink-2 hover:bg-fill hover:text-ink";
  return (
    <Link
      href={href}
      aria-current={on ? "page" : undefined}
      className={`flex h-[30px] items-center gap-2.5 rounded-[7px] px-2 ${look}`}
      onClick={() => markSeen(name)}
    >
      {icon}
      {title}
      {unseen > 0 && (
        <span data-testid="live-badge" className="ml-auto text-xs font-medium text-accent tabular-nums">
          {unseen}
        </span>
      )}
    </Link>
  );
}

export function Footer() {
  useText();
  const me = useMe();
  const { connected } = useLive();
  const words = text().app;
  return (
    <div className="space-y-1 border-t border-line pt-2">
      <div className="flex items-center justify-between pl-2">
        <span className="flex items-center gap-2 text-xs text-ink-2" role="status">
          <span className={`size-1.5 rounded-full ${connected ? "bg-ok" : "bg-warn"}`} />
          {connected ? words.live : words.offline}
        </span>
        <ThemeButton />
      </div>
      <div className="flex items-center justify-between gap-2 pl-2">
        <Link href="/profile" className="truncate text-ink-2 hover:text-ink">
          {me?.name ?? me?.email}
        </Link>
        <button className="btn btn-ghost text-ink-2" onClick={signOut}>
          {words.signOut}
        </button>
      </div>
    </div>
  );
}

const signOut = async () => {
  if (!(await leave())) toast.error(text().signIn.unreachable);
};

function ThemeButton() {
  const dark = isDark();
  return (
    <button
      className="btn btn-ghost"
      aria-label={dark ? text().app.light : text().app.dark}
      onClick={() => void prefer({ theme: dark ? "light" : "dark" })}
    >
      {dark ? <Sun size={15} /> : <Moon size={15} />}
    </button>
  );
}
