// A choice of permissions: one line for each thing, a box for each thing that can be done with it.
import { useQuery } from "@tanstack/react-query";
import { may } from "../api/account";
import { request, type Schemas } from "../api/client";
import { text } from "../text";
import type { Errors } from "./control";
import { Refused } from "./control";
import type { Field } from "./define";
import { label } from "./words";

export const usePermissions = () =>
  useQuery({
    queryKey: ["staff", "permissions"],
    queryFn: () => request<Schemas["Grantable"]>("GET", "/staff/permissions"),
    staleTime: Infinity,
  });

export function PermissionChoice({ field, value, errors }: { field: Field; value: string; errors: Errors }) {
  const { data } = usePermissions();
  const held = new Set(value.split("\n").filter(Boolean));
  // A wildcard is kept as it is: it has a line of its own.
  const all = [...(data?.data.map((each) => each.permission) ?? []), ...[...held].filter((each) => each.includes("*"))];
  const byFeature = Map.groupBy(all, (each) => each.split(".")[0]);
  const id = `field-${field.key}`;
  const error = errors[field.key] ?? Object.entries(errors).find(([path]) => path.startsWith(`${field.key}.`))?.[1];
  return (
    <fieldset aria-describedby={error ? `${id}-error` : undefined}>
      <legend className="mb-1 font-medium">{label(field)}</legend>
      <div className="divide-y divide-hair rounded-lg border border-line">
        {[...byFeature].map(([feature, members]) => (
          <div key={feature} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1.5">
            <span className="w-28 text-ink-2">
              {(text().permissions as Record<string, string>)[feature] ?? feature}
            </span>
            {members.map((permission) => (
              <label key={permission} className="flex items-center gap-1.5" title={permission}>
                <input
                  type="checkbox"
                  name={field.key}
                  value={permission}
                  defaultChecked={held.has(permission)}
                  disabled={!may(permission) && !held.has(permission)}
                />
                {permission.split(".")[1] ?? permission}
              </label>
            ))}
          </div>
        ))}
      </div>
      <Refused id={id} error={error} />
    </fieldset>
  );
}
