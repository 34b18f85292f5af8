import type { OperationModel, ServiceModel } from "../../model/service-model.ts";

interface Segment {
  readonly kind: "literal" | "label" | "greedy";
  readonly name: string;
}

/** One operation's URI pattern, taken apart. */
export interface Route {
  readonly operation: OperationModel;
  readonly method: string;
  readonly segments: readonly Segment[];
  /** Query parameters that must be there, with the value they must have or any. */
  readonly queries: readonly (readonly [string, string | undefined])[];
  /** Headers and query parameters that the input requires: they tell CopyObject from PutObject. */
  readonly requiredHeaders: readonly string[];
  readonly requiredQueries: readonly string[];
}

/** What of a request decides its route. */
export interface RoutedRequest {
  readonly method: string;
  /** The path's parts, still percent-encoded. */
  readonly parts: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface RouteMatch {
  readonly operation: OperationModel;
  /** Labels by member name, decoded. */
  readonly labels: ReadonlyMap<string, string>;
}

const segmentOf = (text: string): Segment => {
  const [, name, greedy] = /^\{(\w+)(\+)?\}$/.exec(text) ?? [];
  if (name === undefined) return { kind: "literal", name: text };
  return { kind: greedy === undefined ? "label" : "greedy", name };
};

const routeOf = (operation: OperationModel): Route | undefined => {
  if (operation.http === undefined) return undefined;
  const [path = "", query = ""] = operation.http.uri.split("?");
  const queries = query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => part.split("="))
    .map(([name = "", value]) => [name, value] as const)
    // The SDKs add x-id for people who read logs; other clients leave it out.
    .filter(([name]) => name !== "x-id");
  const segments = path
    .split("/")
    .filter((part) => part !== "")
    .map(segmentOf);
  // S3's buckets are labels that no pattern names: they stand first in the path, or in the host.
  for (const member of operation.input?.members ?? []) {
    if (member.traits.httpLabel === undefined || segments.some((segment) => segment.name === member.name)) continue;
    segments.unshift({ kind: "label", name: member.name });
  }
  const required = operation.input?.members.filter((member) => member.required) ?? [];
  return {
    operation,
    method: operation.http.method,
    segments,
    queries,
    requiredHeaders: required.flatMap(({ traits }) => traits.httpHeader?.toLowerCase() ?? []),
    requiredQueries: required.flatMap(({ traits }) => traits.httpQuery ?? []),
  };
};

const weight = ({ queries, requiredHeaders, requiredQueries, segments }: Route): number => {
  const literals = segments.filter((segment) => segment.kind === "literal").length;
  const labels = segments.filter((segment) => segment.kind === "label").length;
  return queries.length * 1000 + literals * 100 + labels * 10 + requiredHeaders.length + requiredQueries.length;
};

const tables = new WeakMap<ServiceModel, readonly Route[]>();

/** A service's routes, the most exact first. */
export const routesOf = (model: ServiceModel): readonly Route[] => {
  const known = tables.get(model);
  if (known !== undefined) return known;
  const routes: Route[] = [];
  for (const operation of model.operations.values()) {
    const route = routeOf(operation);
    if (route !== undefined) routes.push(route);
  }
  routes.sort((a, b) => weight(b) - weight(a));
  tables.set(model, routes);
  return routes;
};

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

const matchSegments = (segments: readonly Segment[], path: readonly string[]): Map<string, string> | undefined => {
  const labels = new Map<string, string>();
  const greedy = segments.some((segment) => segment.kind === "greedy");
  const parts = !greedy && path.at(-1) === "" ? path.slice(0, -1) : path;
  if (greedy ? parts.length < segments.length : parts.length !== segments.length) return undefined;
  const surplus = parts.length - segments.length;
  let position = 0;
  for (const segment of segments) {
    const taken = segment.kind === "greedy" ? surplus + 1 : 1;
    const text = decode(parts.slice(position, position + taken).join("/"));
    position += taken;
    if (text === undefined || text === "" || (segment.kind === "literal" && text !== segment.name)) return undefined;
    if (segment.kind !== "literal") labels.set(segment.name, text);
  }
  return labels;
};

/** The most exact route for a request; one whose required bindings are missing only where no other fits. */
export const matchRoute = (routes: readonly Route[], request: RoutedRequest): RouteMatch | undefined => {
  let incomplete: RouteMatch | undefined;
  for (const route of routes) {
    if (route.method !== request.method) continue;
    const { query, headers } = request;
    const hasQueries = route.queries.every(
      ([name, value]) => query.has(name) && (value === undefined || query.get(name) === value),
    );
    if (!hasQueries) continue;
    const labels = matchSegments(route.segments, request.parts);
    if (labels === undefined) continue;
    const match = { operation: route.operation, labels };
    const complete =
      route.requiredHeaders.every((name) => headers[name] !== undefined) &&
      route.requiredQueries.every((name) => query.has(name));
    if (complete) return match;
    incomplete ??= match;
  }
  return incomplete;
};
