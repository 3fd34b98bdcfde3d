// What each built-in role permits: a line for each permission, a column for each role.
import { Check } from "lucide-react";
import { valueName } from "../engine/format";
import { deed, usePermissions } from "../engine/permission_choice";
import { text, useText } from "../text";

export default function BuiltInRoles() {
  useText();
  const { data } = usePermissions();
  const words = text().roles;
  if (!data) return <div className="skeleton h-40" aria-busy />;
  const roles = Object.keys(text().values.Role);
  const byFeature = Map.groupBy(data.data, ({ permission }) => permission.split(".")[0]);
  return (
    <section className="pt-4">
      <h2 className="section-title">{words.title}</h2>
      <p className="mb-3 text-ink-2">{words.hint}</p>
      <div className="card overflow-x-auto" role="region" aria-label={words.title} tabIndex={0}>
        <table className="w-full border-collapse">
          <thead className="border-b border-line text-xs text-ink-2">
            <tr>
              <th scope="col" className="py-2 pl-3 text-left font-medium">
                {words.permission}
              </th>
              {roles.map((role) => (
                <th key={role} scope="col" className="px-2 font-medium whitespace-nowrap">
                  {valueName("Role", role)}
                </th>
              ))}
            </tr>
          </thead>
          {[...byFeature].map(([feature, permissions]) => (
            <tbody key={feature} className="border-b border-line last:border-0">
              {permissions.map(({ permission, held_by }, index) => (
                <tr key={permission} className="hover:bg-hover">
                  <th scope="row" className="h-8 pl-3 text-left font-normal whitespace-nowrap" title={permission}>
                    <span className={index > 0 ? "sr-only" : "inline-block w-32 font-medium"}>{named(feature)}</span>
                    <span className={`text-ink-2 ${index > 0 ? "pl-32" : ""}`}>{deed(permission)}</span>
                  </th>
                  {roles.map((role) => (
                    <td key={role} className="text-center">
                      {(held_by as string[]).includes(role) && (
                        <Check size={14} className="inline text-accent" aria-label={text().list.yes} />
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </section>
  );
}

const named = (feature: string) => (text().permissions as Record<string, string>)[feature] ?? feature;
