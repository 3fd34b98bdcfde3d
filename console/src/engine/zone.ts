// Wall-clock times of the company's zone, as `<input type="datetime-local">` has them.
const MINUTE_MS = 60_000;

function offset(at: number, zone: string) {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" }); // prettier-ignore
  const found = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return (
    Date.UTC(found.year, found.month - 1, found.day, found.hour, found.minute, found.second) -
    Math.floor(at / 1000) * 1000
  );
}

/** "2026-01-31T13:00" there, for a time in UTC. */
export function toZone(at: string, zone: string) {
  const time = new Date(at).getTime();
  return new Date(time + offset(time, zone)).toISOString().slice(0, 16);
}

/** UTC for "2026-01-31T13:00" there. A time that summer time skips becomes the one after it. */
export function fromZone(local: string, zone: string) {
  const wanted = Date.parse(`${local}:00Z`);
  const first = wanted - offset(wanted, zone);
  const time = wanted - offset(first, zone);
  return new Date(Math.round(time / MINUTE_MS) * MINUTE_MS).toISOString();
}
