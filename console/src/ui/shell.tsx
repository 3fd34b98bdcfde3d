// The frame: navigation on the canvas, the page as one sheet on top of it.
import { Menu, Search, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { Layer } from "./layer";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { useLocation } from "wouter";
import { useActing } from "../api/acting";
import { may } from "../api/account";
import { resources } from "../engine/define";
import { Help } from "../engine/help";
import { modKey, useKeys } from "../engine/keyboard";
import { ShownOnce } from "../engine/once";
import { pages } from "../pages";
import { text, useText } from "../text";
import { Brand, Footer, Navigation } from "./navigation";

const ActingBanner = lazy(() => import("./acting").then(({ ActingBanner }) => ({ default: ActingBanner })));
const Banner = lazy(() => import("./banner"));
const Palette = lazy(() => import("../engine/palette")); // on its way as soon as the page stands

function useJumps(help: () => void) {
  const [, go] = useLocation();
  const lists = resources().flatMap((res) =>
    res.hotkey ? [[`g ${res.hotkey}`, () => go(`/${res.name}`)] as const] : [],
  );
  const others = pages().flatMap(({ hotkey, path }) => (hotkey ? [[`g ${hotkey}`, () => go(path)] as const] : []));
  useKeys({ ...Object.fromEntries([...lists, ...others]), "?": help });
}

function usePalette() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      // Not over a form: what the palette leads to would throw away what was typed.
      setOpen((before) => !before && document.querySelector("[role=dialog]") === null);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  return [open, setOpen] as const;
}

export function Shell({ children }: { children: ReactNode }) {
  useText();
  const [location] = useLocation();
  const [palette, setPalette] = usePalette();
  const [menu, setMenu] = useState(false);
  const [help, setHelp] = useState(false);
  const words = text().app;
  useJumps(() => setHelp(true));
  useEffect(() => setMenu(false), [location]);
  return (
    <div className="flex min-h-screen flex-col">
      <a href="#main" className="sr-only focus:not-sr-only">
        {words.skip}
      </a>
      <header className="sticky top-0 z-40 flex h-12 items-center gap-1 bg-canvas px-2 md:hidden">
        <button className="btn btn-ghost" aria-label={words.menu} onClick={() => setMenu(true)}>
          <Menu size={16} />
        </button>
        <Brand />
        <button className="btn btn-ghost ml-auto" aria-label={text().palette.open} onClick={() => setPalette(true)}>
          <Search size={16} />
        </button>
      </header>
      <div className="flex flex-1">
        <aside
          aria-label={words.sidebar}
          className="sticky top-0 flex h-screen w-60 shrink-0 flex-col p-3 max-md:hidden"
        >
          <div className="flex h-8 items-center px-1.5">
            <Brand />
          </div>
          <button className="btn mt-3 mb-4 text-ink-2" onClick={() => setPalette(true)}>
            <Search size={14} />
            {text().palette.open}
            <kbd className="kbd ml-auto">{modKey}K</kbd>
          </button>
          <Navigation />
          <Footer />
        </aside>
        <main
          id="main"
          tabIndex={-1}
          className="min-w-0 flex-1 border-line bg-panel max-md:border-t md:my-2 md:mr-2 md:rounded-xl md:border"
        >
          {useActing() && (
            <Suspense>
              <ActingBanner />
            </Suspense>
          )}
          <div className="mx-auto max-w-[1280px]">
            {may("announcements.read") && (
              <Suspense>
                <Banner />
              </Suspense>
            )}
            {children}
          </div>
        </main>
      </div>
      <Drawer open={menu} setOpen={setMenu} />
      <Suspense>
        <Palette open={palette} setOpen={setPalette} />
      </Suspense>
      <Help open={help} close={() => setHelp(false)} />
      <ShownOnce />
    </div>
  );
}

function Drawer({ open, setOpen }: { open: boolean; setOpen: (open: boolean) => void }) {
  return (
    <Layer
      open={open}
      close={() => setOpen(false)}
      className="fixed inset-y-0 left-0 z-50 flex w-64 flex-col bg-canvas p-3"
    >
      <Dialog.Title className="sr-only">{text().app.menu}</Dialog.Title>
      <Dialog.Close className="btn btn-ghost mb-2 self-start" aria-label={text().app.closeMenu}>
        <X size={16} />
      </Dialog.Close>
      <Navigation />
      <Footer />
    </Layer>
  );
}
