// The first page: how the business is, and what needs somebody.
import { useQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { Link } from "wouter";
import { may } from "../api/account";
import { request, withQuery, type Money, type Schemas } from "../api/client";
import { resource, resources, sees } from "../engine/define";
import { EmbeddedList } from "../engine/embedded_list";
import { money, number, valueName } from "../engine/format";
import { wordsOf } from "../engine/words";
import { text, useText } from "../text";
import { AreaChart } from "../ui/area_chart";

const EVERY_MS = 60_000;

type Figures = Schemas["Overview"];
type Numbers = Schemas["Figures"];

const whole = (value: Money) => money(value, { maximumFractionDigits: 0 });
const short = (value: Money) => money(value, { notation: "compact", maximumFractionDigits: 1 });

export default function Overview() {
  const words = useText();
  const { data, error } = useQuery({
    queryKey: ["insights", "overview"],
    queryFn: () => request<Figures>("GET", "/insights/overview"),
    enabled: may("insights.read"),
    refetchInterval: EVERY_MS,
  });
  return (
    <div className="space-y-6 p-4 sm:p-6">
      <h1 className="page-title">{words.app.overview}</h1>
      {error && (
        <p role="alert" className="text-bad">
          {error.message}
        </p>
      )}
      {!data && !error && may("insights.read") && <div className="skeleton h-96" aria-busy />}
      {data && <Business figures={data} />}
      <Newest />
    </div>
  );
}

/** Customers, or else what this member may see. */
function Newest() {
  const tenants = resource("tenants")!;
  const shown = [tenants, ...resources().filter(({ group }) => group)].find(sees);
  if (!shown) return null;
  const title = shown === tenants ? text().overview.newest : wordsOf(shown).label;
  return <EmbeddedList res={shown} title={title} filters={{}} />;
}

function Business({ figures }: { figures: Figures }) {
  return (
    <>
      <Tiles figures={figures} />
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_320px]">
        <Revenue figures={figures} />
        <Needed tasks={figures.needs_me} />
      </div>
      {figures.others.length > 0 && <Others others={figures.others} />}
    </>
  );
}

function Tiles({ figures }: { figures: Figures }) {
  const words = text().overview;
  return (
    <div className="card grid grid-cols-2 gap-px overflow-hidden bg-line md:grid-cols-4">
      <Tile name={words.mrr} value={whole(figures.mrr)} href="/subscriptions?status=active" title={words.mrrHint}>
        <Change now={figures.mrr.amount} before={figures.mrr_30_days_ago.amount} />
      </Tile>
      <Tile name={words.active} value={number(figures.tenants)} href="/tenants?status=active">
        {words.paying(figures.paying)}
      </Tile>
      <Tile name={words.trials} value={number(figures.trialing)} href="/subscriptions?status=trialing" />
      <Tile
        name={words.overdue}
        value={whole(figures.overdue.amount)}
        href={`/invoices?status=open&due_at__lte=0d&currency=${figures.mrr.currency}&sort=due_at`}
      >
        {words.invoices(figures.overdue.count)}
      </Tile>
    </div>
  );
}

type TileProps = { name: string; value: string; href: string; title?: string; children?: React.ReactNode };

function Tile({ name, value, href, title, children }: TileProps) {
  return (
    <Link href={href} className="bg-panel p-4 hover:bg-hover" title={title}>
      <div className="text-ink-2">{name}</div>
      <div className="mt-1 text-xl font-semibold tracking-tight tabular-nums">{value}</div>
      <div className="text-xs text-ink-2">{children}</div>
    </Link>
  );
}

function Change({ now, before }: { now: number; before: number }) {
  if (before === 0) return null;
  const share = now / before - 1;
  const percent = new Intl.NumberFormat(text().code, {
    style: "percent",
    maximumFractionDigits: 1,
    signDisplay: "exceptZero",
  });
  return (
    <>
      <span className={`font-medium ${share >= 0 ? "text-ok" : "text-bad"}`}>{percent.format(share)}</span>{" "}
      {text().overview.days30}
    </>
  );
}

function Revenue({ figures }: { figures: Figures }) {
  const words = text().overview;
  const { currency, series, movements } = figures;
  const month = new Intl.DateTimeFormat(text().code, { month: "short", year: "numeric", timeZone: "UTC" });
  const points = series.map((point) => ({
    label: month.format(new Date(`${point.month}-01`)),
    value: point.mrr.amount,
    forecast: false,
  }));
  const steps = { fresh: movements.new, expansion: movements.expansion, contraction: movements.contraction, churn: movements.churn, reactivation: movements.reactivation }; // prettier-ignore
  return (
    <section className="min-w-0">
      <h2 className="section-title mb-2">{words.chart}</h2>
      <AreaChart
        title={words.mrr}
        points={points}
        format={(amount) => whole({ amount, currency })}
        axisFormat={(amount) => short({ amount, currency })}
      />
      <h3 className="mt-4 mb-2 text-xs text-ink-2">{words.movements}</h3>
      <dl className="flex flex-wrap gap-x-6 gap-y-2">
        {(Object.keys(steps) as (keyof typeof steps)[]).map((step) => (
          <div key={step}>
            <dt className="text-xs text-ink-2">{words[step]}</dt>
            <dd className="font-medium tabular-nums">
              {money(steps[step], { maximumFractionDigits: 0, signDisplay: "exceptZero" })}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** The list's page for the last part of its address. */
const pageOf = (last: string) => resources().find(({ name }) => name.split("/").at(-1) === last)?.name ?? last;

function Needed({ tasks }: { tasks: Figures["needs_me"] }) {
  const words = text().overview;
  return (
    <section>
      <h2 className="section-title mb-2">{words.needsMe}</h2>
      {tasks.length === 0 && <p className="text-ink-2">{words.nothing}</p>}
      <ul className="divide-y divide-hair">
        {tasks.map((task) => (
          <li key={task.kind}>
            <Link
              href={withQuery(`/${pageOf(task.resource)}`, task.filters)}
              className="flex items-center gap-3 py-2 hover:text-accent"
            >
              <span className="w-9 text-right font-semibold tabular-nums">
                {number(task.count)}
                {task.more && "+"}
              </span>
              <span className="flex-1">{valueName("TaskKind", task.kind)}</span>
              <ArrowRight size={13} className="text-ink-3" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Others({ others }: { others: Numbers[] }) {
  const words = text().overview;
  return (
    <section>
      <h2 className="section-title mb-2">{words.others}</h2>
      <ul className="flex flex-wrap gap-x-8 gap-y-2">
        {others.map((each) => (
          <li key={each.currency} className="tabular-nums">
            <span className="text-ink-2">{words.mrr}</span> <b className="font-medium">{money(each.mrr)}</b>
            {each.overdue.count > 0 && (
              <span className="text-ink-2">
                {" "}
                · {words.overdue} {money(each.overdue.amount)}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
