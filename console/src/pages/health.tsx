// The wall: a tile for each check, with its state in a word and a sign, its uptime of 90 days and how long answers take.
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CircleHelp, CirclePause, CircleX, type LucideIcon } from "lucide-react";
import { Link } from "wouter";
import { request, type Schemas } from "../api/client";
import { number, Time, valueName } from "../engine/format";
import { text, useText } from "../text";

type Tile = Schemas["Tile"];
const SIGNS: Record<Tile["status"], [LucideIcon, string]> = {
  up: [CircleCheck, "text-ok"],
  degraded: [CircleAlert, "text-warn"],
  down: [CircleX, "text-bad"],
  unknown: [CircleHelp, "text-ink-2"],
  paused: [CirclePause, "text-ink-2"],
};
const WORST_FIRST: Tile["status"][] = ["down", "degraded", "unknown", "up", "paused"];
const MINUTE = 60_000;

export default function Health() {
  const words = useText().health;
  const { data, error } = useQuery({
    queryKey: ["health/checks", "wall"],
    queryFn: () => request<Schemas["Wall"]>("GET", "/health/wall"),
    refetchInterval: MINUTE,
  });
  const tiles = [...(data?.data ?? [])].sort(
    (a, b) => WORST_FIRST.indexOf(a.status) - WORST_FIRST.indexOf(b.status) || a.name.localeCompare(b.name),
  );
  return (
    <div className="space-y-4 p-4 sm:p-6">
      <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h1 className="page-title">{words.wall}</h1>
        <Link href="/health/checks" className="text-accent sm:ml-auto">
          {words.all}
        </Link>
      </div>
      {error && (
        <p role="alert" className="text-bad">
          {error.message}
        </p>
      )}
      {!data && !error && <div className="skeleton h-32" aria-busy />}
      {data && tiles.length === 0 && <p className="text-ink-2">{words.none}</p>}
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {tiles.map((tile) => (
          <Card key={tile.id} tile={tile} />
        ))}
      </ul>
    </div>
  );
}

const percent = (points: number | null) =>
  points === null ? text().health.noData : `${number(Math.floor(points) / 100)} %`;

function Card({ tile }: { tile: Tile }) {
  const words = text().health;
  const [Sign, color] = SIGNS[tile.status];
  return (
    <li className="card min-w-0 space-y-2 p-3">
      <div className="flex items-start gap-2">
        <Link href={`/health/checks/${tile.id}`} className="min-w-0 flex-1 font-medium break-words hover:underline">
          {tile.name}
        </Link>
        <span className={`flex items-center gap-1 font-medium ${color}`}>
          <Sign size={15} aria-hidden /> {valueName("CheckStatus", tile.status)}
        </span>
      </div>
      <Bars days={tile.days} whole={tile.uptime.days_90} />
      <p className="text-xs text-ink-2 tabular-nums">
        {words.days(percent(tile.uptime.days_90))}
        {tile.p50 !== null && tile.p95 !== null && ` · ${words.latency(number(tile.p50), number(tile.p95))}`}
      </p>
      <p className="text-xs break-words text-ink-2">
        {tile.checked_at ? (
          <>
            <Time at={tile.checked_at} /> · {tile.detail}
          </>
        ) : (
          words.never
        )}
      </p>
    </li>
  );
}

/** One bar a day; what is less than whole is shorter, so that colour is not needed to see it. */
function Bars({ days, whole }: { days: (number | null)[]; whole: number | null }) {
  const words = text().health;
  return (
    <svg
      viewBox="0 0 270 24"
      className="h-6 w-full"
      preserveAspectRatio="none"
      role="img"
      aria-label={words.days(percent(whole))}
    >
      {days.map((points, at) => {
        const height = points === null ? 2 : Math.max(4, (24 * points) / 10_000);
        const fill =
          points === null ? "fill-line" : points === 10_000 ? "fill-ok" : points >= 9_900 ? "fill-warn" : "fill-bad";
        return (
          <rect key={at} x={at * 3} y={24 - height} width={2} height={height} className={fill}>
            <title>{words.day(days.length - 1 - at, percent(points))}</title>
          </rect>
        );
      })}
    </svg>
  );
}
