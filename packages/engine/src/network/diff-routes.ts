import type { KernelRoute, KernelRule, Routing } from "./compile-routes.ts";

/** Of the rules that lead to subnets' tables: behind the kernel's own addresses, before its main table. */
export const subnetRulePriority = 1_000;

const routeKey = ({ table, destination }: KernelRoute): string => `${table} ${destination}`;
const ruleKey = ({ source, table }: KernelRule): string => `${source} ${table}`;

const renderAction = (action: KernelRoute["action"]): readonly [type: string, way: string] => {
  if (action.kind === "device") return ["", ` dev ${action.device}`];
  if (action.kind === "hop") return ["", ` via ${action.nextHop} dev ${action.device} onlink`];
  return [`${action.kind} `, ""];
};

const isSameAction = (one: KernelRoute["action"], other: KernelRoute["action"]): boolean =>
  renderAction(one).join() === renderAction(other).join();

const renderRoute = (verb: "replace" | "del", { table, destination, action }: KernelRoute): string => {
  const [type, way] = renderAction(action);
  return `route ${verb} ${type}${destination}${way} table ${table}`;
};

const renderRule = (verb: "add" | "del", { source, table }: KernelRule): string =>
  `rule ${verb} priority ${subnetRulePriority} from ${source} lookup ${table}`;

const byKey = <Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, Item> =>
  new Map(items.map((item) => [keyOf(item), item]));

/**
 * The lines for `ip -batch` that lead from one routing to another: tables are filled before a rule leads to them and
 * emptied when none does any more, so that at no moment a packet finds a way that neither of the two has.
 */
export const diffRouting = (previous: Routing, next: Routing): readonly string[] => {
  const [routesBefore, routesAfter] = [byKey(previous.routes, routeKey), byKey(next.routes, routeKey)];
  const [rulesBefore, rulesAfter] = [byKey(previous.rules, ruleKey), byKey(next.rules, ruleKey)];
  return [
    ...[...routesAfter].flatMap(([key, route]) => {
      const before = routesBefore.get(key);
      return before !== undefined && isSameAction(before.action, route.action) ? [] : [renderRoute("replace", route)];
    }),
    ...[...rulesAfter].flatMap(([key, rule]) => (rulesBefore.has(key) ? [] : [renderRule("add", rule)])),
    ...[...rulesBefore].flatMap(([key, rule]) => (rulesAfter.has(key) ? [] : [renderRule("del", rule)])),
    ...[...routesBefore].flatMap(([key, route]) => (routesAfter.has(key) ? [] : [renderRoute("del", route)])),
  ];
};

export const emptyRouting: Routing = { rules: [], routes: [] };

/**
 * The lines that lead from what was found in a kernel, where anybody may have written anything, to what is wanted:
 * what is not wanted goes first, each by all that is known of it.
 */
export const mendRouting = (found: Routing, wanted: Routing): readonly string[] => {
  const written = (routing: Routing, verb: "replace" | "del"): ReadonlyMap<string, string> =>
    new Map(routing.routes.map((route) => [renderRoute("replace", route), renderRoute(verb, route)]));
  const [foundRoutes, wantedRoutes] = [written(found, "del"), written(wanted, "replace")];
  const [foundRules, wantedRules] = [byKey(found.rules, ruleKey), byKey(wanted.rules, ruleKey)];
  return [
    ...[...foundRules].flatMap(([key, rule]) => (wantedRules.has(key) ? [] : [renderRule("del", rule)])),
    ...[...foundRoutes].flatMap(([key, line]) => (wantedRoutes.has(key) ? [] : [line])),
    ...[...wantedRoutes].flatMap(([key, line]) => (foundRoutes.has(key) ? [] : [line])),
    ...[...wantedRules].flatMap(([key, rule]) => (foundRules.has(key) ? [] : [renderRule("add", rule)])),
  ];
};
