// The browser and system that a `User-Agent` names, as people know them. The order matters: most name others beside themselves.
const BROWSERS = [["Edg", "Edge"], ["OPR", "Opera"], ["Firefox", "Firefox"], ["Chrome", "Chrome"], ["Safari", "Safari"]]; // prettier-ignore
const SYSTEMS = [["Android", "Android"], ["iPhone", "iOS"], ["iPad", "iPadOS"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["CrOS", "ChromeOS"], ["Linux", "Linux"]]; // prettier-ignore

const first = (known: string[][], agent: string) => known.find(([mark]) => agent.includes(mark))?.[1];

/** "Chrome, Linux"; what is no browser is shown as it says. */
export function browser(agent: string) {
  const found = [first(BROWSERS, agent), first(SYSTEMS, agent)].filter(Boolean);
  return found.length > 0 ? found.join(", ") : agent;
}
