// Where the link of a contract leads: whoever has it reads the contract, asks for the code, and signs or declines.
import { useEffect, useState, type FormEvent } from "react";
import type { Problem, Schemas } from "../api/client";
import { day } from "../engine/format";
import { explain, useText } from "../text";
import { Door, Go, Line, useStep } from "./sign_in";

type Contract = Schemas["PublicContract"];
const token = location.hash.slice(1);

async function ask<T>(method: string, verb = "", body?: object): Promise<T> {
  const response = await fetch(`/v1/public/contracts/${encodeURIComponent(token)}${verb}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw answer;
  return answer as T;
}

export default function SignPage() {
  const words = useText();
  const [contract, setContract] = useState<Contract | null>(null);
  const [problem, setProblem] = useState("");
  const load = () =>
    ask<Contract>("GET").then(setContract, (failed: Problem | TypeError) =>
      setProblem(failed instanceof TypeError ? words.signIn.unreachable : explain(failed)),
    );
  useEffect(() => {
    if (token) void load();
  }, []);
  if (!token) return <Door title={words.contracts.sign} hint={words.signIn.noInvitation} children={null} />;
  if (!contract) return <Door title={words.contracts.sign} hint={problem} children={null} />;
  return (
    <Door title={contract.title} hint={words.contracts.between(contract.issuer, contract.tenant)}>
      <Facts contract={contract} />
      {contract.status === "sent" ? <Ways contract={contract} reload={load} /> : <Over contract={contract} />}
    </Door>
  );
}

function Facts({ contract }: { contract: Contract }) {
  const words = useText();
  // The days that the document names: those of the customer's zone.
  const facts: [string, string][] = [
    [words.fields.starts_at, day(contract.starts_at, contract.zone)],
    [words.fields.ends_at, day(contract.ends_at, contract.zone)],
    ...(contract.status === "sent"
      ? ([[words.contracts.until, day(contract.sign_by, contract.zone)]] as [string, string][])
      : []),
  ];
  return (
    <>
      <dl className="my-4 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        {facts.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-ink-2">{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {contract.url && (
        <a className="btn h-8 w-full justify-center" href={contract.url} target="_blank" rel="noreferrer">
          {words.contracts.open}
        </a>
      )}
      <p className="mt-2 text-xs break-all text-ink-2">
        {words.contracts.sha256}: {contract.sha256}
      </p>
    </>
  );
}

function Over({ contract }: { contract: Contract }) {
  const words = useText().contracts;
  const said = contract.signed_at ? words.done : contract.status === "declined" ? words.declined : words.closed;
  return (
    <div className="mt-4 space-y-4" role="status">
      <p className="font-medium">{said}</p>
      {contract.certificate_url && (
        <a className="btn h-8 w-full justify-center" href={contract.certificate_url} target="_blank" rel="noreferrer">
          {words.certificate}
        </a>
      )}
    </div>
  );
}

const typed = (event: FormEvent<HTMLFormElement>) => {
  event.preventDefault();
  return Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
};

function Ways({ contract, reload }: { contract: Contract; reload: () => Promise<void> }) {
  const words = useText().contracts;
  const [way, setWay] = useState<"read" | "sign" | "decline">("read");
  const { error, busy, run } = useStep();
  const done = (verb: string, body: object) => run(async () => (await ask("POST", verb, body), await reload()));
  const sendCode = () => run(async () => (await ask("POST", "/code"), setWay("sign")));
  return (
    <div className="mt-4 space-y-4">
      {way === "read" && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void sendCode();
          }}
        >
          <Go label={words.sendCode} error={error} busy={busy} />
        </form>
      )}
      {way === "sign" && (
        <form className="space-y-4" onSubmit={(event) => void done("/sign", typed(event))}>
          <p role="status">{words.codeBy(contract.code_by)}</p>
          <Line label={words.name} name="name" autoComplete="name" />
          <Line label={words.code} name="code" autoComplete="one-time-code" inputMode="numeric" />
          <Go label={words.go} error={error} busy={busy} />
          <button type="button" className="btn" disabled={busy} onClick={() => void sendCode()}>
            {words.anotherCode}
          </button>
        </form>
      )}
      {way === "decline" ? (
        <form className="space-y-4" onSubmit={(event) => void done("/decline", typed(event))}>
          <Line label={words.reason} name="reason" autoComplete="off" />
          <Go label={words.declineGo} error={error} busy={busy} />
        </form>
      ) : (
        <button className="btn" onClick={() => setWay("decline")}>
          {words.decline}
        </button>
      )}
    </div>
  );
}
