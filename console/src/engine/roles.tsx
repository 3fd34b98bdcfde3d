// Roles by name: those built in are translated, one's own are called what their owner calls them.
import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { may } from "../api/account";
import { api } from "../api/client";
import { text, useText } from "../text";
import { resource } from "./define";
import { valueName } from "./format";
import { RefName } from "./names";

const MOST = 100;

export function useRoles() {
  const { data } = useQuery({
    queryKey: ["staff/roles", "all"],
    queryFn: () => api.list("staff/roles", { filters: {}, sort: "name", limit: MOST }),
    enabled: may("staff.read"),
  });
  return { builtIn: Object.keys(text().values.Role), own: data?.data ?? [] };
}

export function RoleName({ role }: { role: string }) {
  useText();
  if (!role.startsWith("rol_")) return <>{valueName("Role", role)}</>;
  return may("staff.read") ? <RefName res={resource("staff/roles")!} id={role} /> : <>{text().roles.custom}</>;
}

export const RoleNames = ({ roles }: { roles: string[] }) =>
  roles.map((role, index) => (
    <Fragment key={role}>
      {index > 0 && ", "}
      <RoleName role={role} />
    </Fragment>
  ));

/** The choice of a role in a form. */
export function RoleChoice(props: { id: string; name: string; defaultValue: string }) {
  const { builtIn, own } = useRoles();
  const words = text().roles;
  // One's own are there a moment later: the choice is then made anew, with what it had.
  return (
    <select key={own.length} {...props} className="input">
      <optgroup label={words.builtIn}>
        {builtIn.map((role) => (
          <option key={role} value={role}>
            {valueName("Role", role)}
          </option>
        ))}
      </optgroup>
      {own.length > 0 && (
        <optgroup label={words.own}>
          {own.map((role) => (
            <option key={role.id} value={role.id}>
              {role.name}
            </option>
          ))}
        </optgroup>
      )}
    </select>
  );
}
