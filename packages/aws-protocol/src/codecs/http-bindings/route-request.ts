import { type HttpRequest, headerOf } from "../../http/message.ts";
import { parseQueryString } from "../../http/query-string.ts";
import type { ServiceModel } from "../../model/service-model.ts";
import { matchRoute, type RouteMatch, routesOf } from "./match-route.ts";

const matches = new WeakMap<HttpRequest, { readonly match: RouteMatch | undefined }>();

/** S3's virtual-hosted style: the bucket is the first label of a host such as `bucket.s3.localhost`. */
const bucketOfHost = (model: ServiceModel, request: HttpRequest): string | undefined => {
  if (model.serviceId !== "S3") return undefined;
  return /^(.+?)\.s3[.-]/.exec(headerOf(request.headers, "host") ?? "")?.[1];
};

/** The operation and labels that a REST request names by method, path and query. Worked out once a request. */
export const routeRequest = (model: ServiceModel, request: HttpRequest): RouteMatch | undefined => {
  const known = matches.get(request);
  if (known !== undefined) return known.match;
  const bucket = bucketOfHost(model, request);
  const path = bucket === undefined ? request.path : `/${bucket}${request.path}`;
  const query = new Map(parseQueryString(request.query));
  const match = matchRoute(routesOf(model), {
    method: request.method,
    parts: path.slice(1).split("/"),
    query,
    headers: request.headers,
  });
  matches.set(request, { match });
  return match;
};
