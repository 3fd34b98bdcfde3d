// Oneself: how the console looks, password, second factor, sessions, and what one may do.
import { useMutation } from "@tanstack/react-query";
import { useId, useState, type FormEvent, type ReactNode } from "react";
import { toast } from "sonner";
import { renderSVG } from "uqr";
import { loadMe, prefer, useMe, type Me } from "../api/account";
import { request, type ApiError, type Schemas } from "../api/client";
import { resource } from "../engine/define";
import { EmbeddedList } from "../engine/embedded_list";
import { copy } from "../engine/format";
import { RoleName } from "../engine/roles";
import { explain, LANGUAGES, text, useText } from "../text";

export default function Profile() {
  const words = useText();
  const me = useMe()!;
  return (
    <div className="max-w-2xl space-y-8 p-4 sm:p-6">
      <header>
        <h1 className="page-title">{me.name}</h1>
        <p className="text-ink-2">
          {me.email} · <RoleName role={me.role ?? ""} />
        </p>
      </header>
      <Part title={words.profile.preferences}>
        <Preferences me={me} />
      </Part>
      <Part title={words.profile.password}>
        <Password />
      </Part>
      <Part title={words.profile.mfa}>
        <SecondFactor on={me.mfa === true} />
      </Part>
      <EmbeddedList
        res={resource("staff/sessions")!}
        title={words.profile.sessions}
        filters={{ staff_id: me.id, ended_at__isnull: "true" }}
      />
      <EndOthers />
      <Part title={words.profile.permissions}>
        <p className="flex flex-wrap gap-1">
          {me.permissions.map((each) => (
            <code key={each} className="rounded bg-fill px-1.5 text-xs leading-5">
              {each}
            </code>
          ))}
        </p>
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card space-y-4 p-4">
      <h2 className="section-title">{title}</h2>
      {children}
    </section>
  );
}

function Choice(props: {
  label: string;
  value: string;
  options: Record<string, string>;
  choose: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-center justify-between gap-4">
      <label htmlFor={id}>{props.label}</label>
      <select id={id} className="input w-56" value={props.value} onChange={(event) => props.choose(event.target.value)}>
        {Object.entries(props.options).map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Preferences({ me }: { me: Me }) {
  const words = text().profile;
  const { language = null, zone = null, theme = "system", shortcuts = true } = me.preferences ?? {};
  const zones = Object.fromEntries(Intl.supportedValuesOf("timeZone").map((each) => [each, each]));
  return (
    <div className="space-y-3">
      <Choice
        label={words.language}
        value={language ?? ""}
        options={{ "": words.ofCompany, ...LANGUAGES }}
        choose={(chosen) => void prefer({ language: (chosen || null) as keyof typeof LANGUAGES | null })}
      />
      <Choice
        label={text().fields.zone}
        value={zone ?? ""}
        options={{ "": words.ofCompany, ...zones }}
        choose={(chosen) => void prefer({ zone: chosen || null })}
      />
      <Choice
        label={words.theme}
        value={theme}
        options={{ system: words.system, light: words.lightTheme, dark: words.darkTheme }}
        choose={(chosen) => void prefer({ theme: chosen as "system" })}
      />
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={shortcuts}
          onChange={(event) => void prefer({ shortcuts: event.target.checked })}
        />
        {words.shortcuts}
      </label>
    </div>
  );
}

function Secret({
  label,
  name,
  autoComplete,
  type = "password",
}: {
  label: string;
  name: string;
  autoComplete: string;
  type?: string;
}) {
  const id = useId();
  return (
    <div>
      <label className="mb-1 block font-medium" htmlFor={id}>
        {label}
      </label>
      <input id={id} name={name} type={type} className="input" autoComplete={autoComplete} required />
    </div>
  );
}

const Wrong = ({ error }: { error: ApiError | null }) =>
  error && (
    <p role="alert" className="text-bad">
      {explain(error.problem)}
    </p>
  );

/** What was typed, by name; the form is empty afterwards where it went well. */
function useSend<Answer>(path: string, then: (answer: Answer) => void) {
  const send = useMutation<Answer, ApiError, object>({
    mutationFn: (body) => request<Answer>("POST", path, body),
    onSuccess: then,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    send.mutate(Object.fromEntries(new FormData(form)), { onSuccess: () => form.reset() });
  };
  return { send, submit };
}

function Password() {
  const words = text().profile;
  const { send, submit } = useSend<Schemas["Ended"]>("/auth/password", ({ ended }) =>
    toast.success(words.changed(ended)),
  );
  return (
    <form className="space-y-3" onSubmit={submit}>
      <Secret label={words.current} name="current" autoComplete="current-password" />
      <Secret label={words.fresh} name="new" autoComplete="new-password" />
      <Wrong error={send.error} />
      <button className="btn" disabled={send.isPending}>
        {words.change}
      </button>
    </form>
  );
}

function SecondFactor({ on }: { on: boolean }) {
  const words = text().profile;
  const [codes, setCodes] = useState<string[] | null>(null);
  const enrol = useMutation<Schemas["Enrolment"], ApiError>({
    mutationFn: () => request("POST", "/auth/mfa/enrol", {}),
  });
  if (codes) return <RecoveryCodes codes={codes} />;
  if (on) return <Stop />;
  if (enrol.data) return <Confirm enrolment={enrol.data} done={setCodes} />;
  return (
    <>
      <p className="text-ink-2">{words.mfaOff}</p>
      <Wrong error={enrol.error} />
      <button className="btn" onClick={() => enrol.mutate()}>
        {words.setUp}
      </button>
    </>
  );
}

function Confirm({ enrolment, done }: { enrolment: Schemas["Enrolment"]; done: (codes: string[]) => void }) {
  const words = text().profile;
  const { send, submit } = useSend<Schemas["RecoveryCodes"]>("/auth/mfa/confirm", ({ recovery_codes }) => {
    done(recovery_codes);
    void loadMe();
  });
  return (
    <form className="space-y-3" onSubmit={submit}>
      <p>{words.scan}</p>
      <img
        className="size-44 rounded-lg bg-white p-2"
        alt=""
        src={`data:image/svg+xml,${encodeURIComponent(renderSVG(enrolment.uri))}`}
      />
      <p className="text-ink-2">
        {words.secret} <code className="break-all text-ink">{enrolment.secret}</code>
      </p>
      <Secret label={text().signIn.code} name="code" autoComplete="one-time-code" type="text" />
      <Wrong error={send.error} />
      <button className="btn btn-primary" disabled={send.isPending}>
        {words.confirm}
      </button>
    </form>
  );
}

function RecoveryCodes({ codes }: { codes: string[] }) {
  const words = text().profile;
  return (
    <>
      <p className="text-ink-2">{words.codesHint}</p>
      <ul className="grid grid-cols-2 gap-1 font-mono">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <button className="btn" onClick={() => copy(codes.join("\n"), words.codes)}>
        {text().verb.copy(words.codes)}
      </button>
    </>
  );
}

function Stop() {
  const words = text().profile;
  const { send, submit } = useSend<void>("/auth/mfa/disable", () => void loadMe());
  return (
    <form className="space-y-3" onSubmit={submit}>
      <p className="text-ink-2">{words.mfaOn}</p>
      <Secret label={text().signIn.password} name="password" autoComplete="current-password" />
      <Secret label={text().signIn.code} name="code" autoComplete="one-time-code" type="text" />
      <Wrong error={send.error} />
      <button className="btn text-bad" disabled={send.isPending}>
        {words.stop}
      </button>
    </form>
  );
}

function EndOthers() {
  const words = text().profile;
  const end = useMutation<Schemas["Ended"], ApiError>({
    mutationFn: () => request("POST", "/staff/sessions/revoke-others", {}),
    onSuccess: ({ ended }) => toast.success(words.ended(ended)),
  });
  return (
    <button className="btn -mt-6" onClick={() => end.mutate()}>
      {words.endOthers}
    </button>
  );
}
