// What lies over the page until it is closed: dialogs in its middle, sheets at its side. The focus returns to where it was.
import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useRef, type ReactNode } from "react";
import { text } from "../text";

/** The focus returns to where it was, or to the button of the menu that it was in. */
function useReturn() {
  const from = useRef<HTMLElement | null>(null);
  return {
    onOpenAutoFocus: () => {
      const active = document.activeElement as HTMLElement | null;
      const menu = active?.closest("[role=menu]")?.getAttribute("aria-labelledby");
      from.current = menu ? document.getElementById(menu) : active;
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      from.current?.focus();
    },
  };
}

type LayerProps = {
  open?: boolean;
  /** Left out where it is not closed by Escape, nor by a click beside it. */
  close?: () => void;
  className: string;
  overlay?: string;
  /** Whether a `Dialog.Description` is among the children. */
  described?: boolean;
  children: ReactNode;
};

/** The children begin with a `Dialog.Title`. */
export function Layer({ open = true, close, className, overlay = "", described, children }: LayerProps) {
  const back = useReturn();
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && close?.()}>
      <Dialog.Portal>
        <Dialog.Overlay className={`overlay ${overlay}`} />
        <Dialog.Content {...back} {...(!described && { "aria-describedby": undefined })} className={className}>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type SheetProps = { open?: boolean; close: () => void; title: string; width: string; children: ReactNode };

export function Sheet({ open, close, title, width, children }: SheetProps) {
  return (
    <Layer
      open={open}
      close={close}
      className={`slide fixed inset-y-0 right-0 z-50 flex ${width} flex-col border-l border-line bg-panel shadow-2xl`}
    >
      <header className="flex h-12 shrink-0 items-center border-b border-line px-5">
        <Dialog.Title className="section-title">{title}</Dialog.Title>
        <Dialog.Close className="btn btn-ghost -mr-2 ml-auto" aria-label={text().verb.close}>
          <X size={16} />
        </Dialog.Close>
      </header>
      {children}
    </Layer>
  );
}
