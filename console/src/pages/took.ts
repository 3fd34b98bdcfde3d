// How long something took, as people say it: days, or hours, or minutes.
import { duration } from "../engine/duration";

const UNITS = [86_400, 3600, 60];

export function took(seconds: number) {
  const unit = UNITS.find((each) => seconds >= each) ?? 1;
  return duration(Math.round(seconds / unit) * unit);
}
