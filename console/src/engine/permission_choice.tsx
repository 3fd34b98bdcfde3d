// A choice of permissions: one line for each thing, a box for each thing that can be done with it.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { may } from "../api/account";
import { request, type Row, type Schemas } from "../api/client";
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

/** What a permission lets somebody do: the part after the dot, in words. */
export function deed(permission: string) {
  const verb = permission.split(".")[1] ?? permission;
  return (text().deeds as Record<string, string>)[verb] ?? verb;
}

/** What stands in another control of the same form, now and whenever it changes. */
function useOther(key: string | undefined, row: Row | undefined) {
  const [fieldset, setFieldset] = useState<HTMLFieldSetElement | null>(null);
  const [other, setOther] = useState("");
  useEffect(() => {
    const form = fieldset?.form;
    if (!key || !form) return;
    const look = () => setOther(String(new FormData(form).get(key) ?? ""));
    form.addEventListener("input", look);
    return () => form.removeEventListener("input", look);
  }, [key, fieldset]);
  return [(key && row?.[key]) || other, setFieldset] as const;
}

type Props = { field: Field; value: string; errors: Errors; row?: Row };

export function PermissionChoice({ field, value, errors, row }: Props) {
  const { data } = usePermissions();
  const [tenant, setFieldset] = useOther(field.tenants, row);
  const held = new Set(value.split("\n").filter(Boolean));
  // A wildcard is kept as it is: it has a line of its own.
  const known = tenant ? data?.tenants : data?.data.map((each) => each.permission);
  const all = [...(known ?? []), ...[...held].filter((each) => each.includes("*"))];
  const byFeature = Map.groupBy(all, (each) => each.split(".")[0]);
  const id = `field-${field.key}`;
  const error = errors[field.key] ?? Object.entries(errors).find(([path]) => path.startsWith(`${field.key}.`))?.[1];
  return (
    <fieldset ref={setFieldset} aria-describedby={error ? `${id}-error` : undefined}>
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
                {deed(permission)}
              </label>
            ))}
          </div>
        ))}
      </div>
      {tenant && <p className="mt-1 text-xs text-ink-2">{text().roles.ofTenants}</p>}
      <Refused id={id} error={error} />
    </fieldset>
  );
}
