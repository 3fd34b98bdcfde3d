// Where the link of an invitation leads: whoever was invited chooses a password, and is in.
import type { FormEvent } from "react";
import { enter } from "../api/session";
import type { Schemas } from "../api/client";
import { useText } from "../text";
import { Door, Go, Line, useStep } from "./sign_in";

async function join(token: string, password: string) {
  const response = await fetch("/v1/auth/accept", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token, password }),
  });
  const answer = await response.json();
  if (!response.ok) throw answer;
  await enter("login", { email: (answer as Schemas["StaffView"]).email, password });
  location.replace("/"); // without the token
}

export default function AcceptPage() {
  const words = useText().signIn;
  const { error, busy, run } = useStep();
  const token = location.hash.slice(1);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("password"));
    void run(() => join(token, password));
  };
  if (!token) return <Door title={words.accept} hint={words.noInvitation} children={null} />;
  return (
    <Door title={words.accept} hint={words.acceptHint}>
      <form className="mt-4 space-y-4" onSubmit={submit}>
        <Line label={words.password} name="password" type="password" autoComplete="new-password" />
        <Go label={words.acceptGo} error={error} busy={busy} />
      </form>
    </Door>
  );
}
