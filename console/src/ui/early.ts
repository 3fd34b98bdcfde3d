import { lazy, type ComponentType } from "react";

/**
 * A component whose module is on its way already, shown at once where it has arrived. By itself `lazy` waits a tick for that too; meanwhile
 * a fallback stands there, and React holds back what takes its place for 300 ms.
 */
export function early<Props>(module: Promise<ComponentType<Props>>) {
  let found: ComponentType<Props> | undefined;
  void module.then((component) => (found = component));
  const there = { then: (show: (module: object) => void) => show({ default: found }) };
  return lazy(() => (found ? (there as never) : module.then((component) => ({ default: component }))));
}
