// How long a lead's trial goes on: days that have begun count whole.
import type { Row } from "../api/client";

const DAY_MS = 86_400_000;

export const daysLeft = ({ trial_ends_at }: Row) =>
  Math.max(0, Math.ceil((Date.parse(trial_ends_at) - Date.now()) / DAY_MS));
