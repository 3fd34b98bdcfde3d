// Signing in: a password, then a code where one was set up. As a page, and over a page whose session has ended.
import { Dialog } from "radix-ui";
import { Layer } from "./layer";
import { useState, type FormEvent, type ReactNode } from "react";
import type { Problem, Schemas } from "../api/client";
import { enter } from "../api/session";
import { explain, text, useText } from "../text";
import { TestData } from "./test_data";

type Asked = Schemas["Challenge"] | null;

export function SignInPage() {
  const words = useText();
  return (
    <Door title={words.signIn.title}>
      <SignIn />
    </Door>
  );
}

/** Before anybody is signed in the address alone tells. */
const isLocal = ["localhost", "127.0.0.1"].includes(location.hostname);

/** The one card on an otherwise empty page. */
export function Door({ title, hint, children }: { title: string; hint?: string; children?: ReactNode }) {
  return (
    <main className="grid min-h-screen place-items-center p-4">
      <div className="card w-[min(380px,100%)] p-6">
        <div className="mb-4 flex justify-between">
          <img src="/icon.svg" alt="" className="size-8" />
          {isLocal && <TestData />}
        </div>
        <h1 className="page-title mb-1">{title}</h1>
        {hint && <p className="text-ink-2">{hint}</p>}
        {children}
      </div>
    </main>
  );
}

/** Over the page, so that nothing typed is lost. */
export function ExpiredSheet() {
  const words = useText().signIn;
  return (
    <Layer
      described
      overlay="z-[60]"
      className="popover fixed top-[18%] left-1/2 z-[70] w-[min(380px,92vw)] -translate-x-1/2 p-6"
    >
      <Dialog.Title className="section-title">{words.expired}</Dialog.Title>
      <Dialog.Description className="mt-1 text-ink-2">{words.expiredHint}</Dialog.Description>
      <SignIn />
    </Layer>
  );
}

function SignIn() {
  const [asked, setAsked] = useState<Asked>(null);
  return asked ? <Code asked={asked} startOver={() => setAsked(null)} /> : <Password ask={setAsked} />;
}

/** Runs a step of signing in, and keeps what went wrong. */
export function useStep() {
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const run = async (step: () => Promise<unknown>) => {
    setBusy(true);
    setError("");
    try {
      await step();
    } catch (problem) {
      // fetch rejects with a TypeError where there is no network; a problem of the API is thrown as it came
      setError(problem instanceof TypeError ? text().signIn.unreachable : explain(problem as Problem));
    } finally {
      setBusy(false);
    }
  };
  return { error, busy, run };
}

export function Line(props: {
  label: string;
  name: string;
  type?: string;
  autoComplete: string;
  inputMode?: "numeric";
}) {
  const { label, name, ...input } = props;
  return (
    <div>
      <label className="mb-1 block font-medium" htmlFor={`sign-in-${name}`}>
        {label}
      </label>
      <input id={`sign-in-${name}`} name={name} className="input" required {...input} />
    </div>
  );
}

export function Go({ label, error, busy }: { label: string; error: string; busy: boolean }) {
  return (
    <>
      {error && (
        <p role="alert" className="text-bad">
          {error}
        </p>
      )}
      <button className="btn btn-primary h-8 w-full justify-center" disabled={busy}>
        {label}
      </button>
    </>
  );
}

const values = (event: FormEvent<HTMLFormElement>) => {
  event.preventDefault();
  return Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
};

function Password({ ask }: { ask: (asked: Asked) => void }) {
  const words = text().signIn;
  const { error, busy, run } = useStep();
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        const sent = values(event);
        void run(async () => ask(await enter("login", sent)));
      }}
    >
      {/* prettier-ignore */}
      <Line label={words.email} name="email" type="email" autoComplete="username" />
      <Line label={words.password} name="password" type="password" autoComplete="current-password" />
      <Go label={words.go} error={error} busy={busy} />
      <p className="text-xs text-ink-2">{words.lost}</p>
    </form>
  );
}

function Code({ asked, startOver }: { asked: NonNullable<Asked>; startOver: () => void }) {
  const words = text().signIn;
  const { error, busy, run } = useStep();
  const [recovery, setRecovery] = useState(false);
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        const { code } = values(event);
        void run(() => enter("mfa", { token: asked.token, code: code.trim() }));
      }}
    >
      {recovery ? (
        <Line key="recovery" label={words.recoveryCode} name="code" autoComplete="off" />
      ) : (
        <Line key="code" label={words.code} name="code" inputMode="numeric" autoComplete="one-time-code" />
      )}
      <Go label={words.go} error={error} busy={busy} />
      <div className="flex justify-between">
        <button type="button" className="text-accent" onClick={() => setRecovery(!recovery)}>
          {recovery ? words.useCode : words.recovery}
        </button>
        <button type="button" className="text-ink-2" onClick={startOver}>
          {text().verb.back}
        </button>
      </div>
    </form>
  );
}
