// Routes and providers.
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { Toaster } from "sonner";
import { Route, Switch, useLocation, useSearch } from "wouter";
import { loadMe, useMe } from "./api/account";
import { useActing } from "./api/acting";
import { cache } from "./api/cache";
import { connect } from "./api/live";
import { start, useSession } from "./api/session";
import "./app.css";
import { resource, resources } from "./engine/define";
import { pages } from "./pages";
import "./resources";
import { speak, useText } from "./text";
import { Boundary } from "./ui/boundary";
import { early } from "./ui/early";
import { Shell } from "./ui/shell";
import { Door, ExpiredSheet, SignInPage } from "./ui/sign_in";

// The frame stands before them. They are fetched at once, whatever page comes first: the next click will want them.
const List = early(import("./engine/list").then(({ List }) => List));
const Detail = early(import("./engine/detail").then(({ Detail }) => Detail));
const AcceptPage = lazy(() => import("./ui/accept"));
const SignPage = lazy(() => import("./ui/sign"));

function NotFound() {
  return <h1 className="page-title p-16 text-center">{useText().app.notFound}</h1>;
}

/** `/invoices`, `/staff/roles/rol_…`: the longest address of a resource, then perhaps an id. */
function Resourceful({ path }: { path: string }) {
  const found = resources().filter(({ name }) => path === name || path.startsWith(`${name}/`)).sort((a, b) => b.name.length - a.name.length)[0]; // prettier-ignore
  const id = found && path.slice(found.name.length + 1);
  if (!found || id.includes("/")) return <NotFound />;
  return id ? <Detail key={id} res={resource(found.name)!} id={id} /> : <List key={found.name} res={found} />;
}

function Pages() {
  const [path] = useLocation();
  return (
    <Boundary at={path + useSearch()}>
      <Suspense fallback={<div className="skeleton m-6 h-7 w-60" aria-busy />}>
        <Switch>
          {pages().map(({ path, component }) => (
            <Route key={path} path={path} component={component} />
          ))}
          <Route path="/*">{(rest) => <Resourceful path={rest["*"]} />}</Route>
        </Switch>
      </Suspense>
    </Boundary>
  );
}

function SignedIn() {
  const me = useMe();
  const { status } = useSession();
  const acting = useActing();
  const [failed, setFailed] = useState<Error | null>(null);
  useEffect(() => {
    if (!me) loadMe().then(() => void connect(cache), setFailed);
    // Over an ended session somebody else may have signed in: nothing of the former one's may stay.
    else if (status === "in") loadMe().then(({ id }) => id !== me.id && location.assign("/"), setFailed);
  }, [status]);
  if (failed) throw failed;
  if (!me) return null;
  return (
    <Shell>
      <Pages key={acting?.id} />
    </Shell>
  );
}

/** Nothing, for the moment that it takes; a word where it takes longer. */
function Starting() {
  const { unreachable } = useSession();
  const words = useText();
  return unreachable ? <Door title={words.signIn.unreachable} /> : null;
}

function Toasts() {
  const me = useMe();
  const theme = me?.preferences?.theme ?? "system";
  const words = useText().app;
  return (
    <Toaster
      expand
      position="bottom-left"
      theme={theme}
      containerAriaLabel={words.news}
      style={{ fontFamily: "inherit" }}
    />
  );
}

function App() {
  const { status } = useSession();
  if (location.pathname === "/accept")
    return (
      <Suspense>
        <AcceptPage />
      </Suspense>
    );
  if (location.pathname === "/sign")
    return (
      <Suspense>
        <SignPage />
      </Suspense>
    );
  if (status === "starting") return <Starting />;
  if (status === "out") return <SignInPage />;
  return (
    <>
      <SignedIn />
      {status === "expired" && <ExpiredSheet />}
    </>
  );
}

void speak(localStorage.getItem("language") ?? navigator.language.slice(0, 2));
start();
createRoot(document.getElementById("root")!).render(
  <QueryClientProvider client={cache}>
    <Boundary>
      <App />
    </Boundary>
    <Toasts />
  </QueryClientProvider>,
);
