import {
  type HttpRequest,
  headerOf,
  isTargetOf,
  loadServiceModel,
  parseQueryString,
  type ServiceModel,
} from "@fleetless/aws-protocol";
import type { ResourcePolicyOf } from "./operation.ts";
import type { TagsOfResource } from "./resource-tags.ts";
import type { Service } from "./service.ts";

export interface LocatedService {
  readonly service: Service;
  readonly model: ServiceModel;
}

const scopedService = /Credential=[^/,]+\/\d+\/[^/,]+\/([\w-]+)\/aws4_request/;

/** The services of a gateway, told apart by what a request shows. A model is loaded when it is first asked for. */
export class ServiceDirectory {
  readonly #bySigningName = new Map<string, Service[]>();
  readonly #models = new Map<Service, ServiceModel>();
  readonly #loading = new Map<Service, Promise<ServiceModel>>();
  readonly #services: readonly Service[];

  constructor(services: readonly Service[]) {
    this.#services = services;
    for (const service of services) {
      const sharing = this.#bySigningName.get(service.signingName) ?? [];
      this.#bySigningName.set(service.signingName, [...sharing, service]);
    }
  }

  get signingNames(): readonly string[] {
    return [...this.#bySigningName.keys()];
  }

  /** By the signature's scope, then X-Amz-Target, then the host, then the Query action and its version. */
  async locate(request: HttpRequest, scope: string | undefined): Promise<LocatedService | undefined> {
    const name = scope ?? this.#scopeOf(request);
    if (name !== undefined) {
      const [only, ...sharing] = this.#bySigningName.get(name) ?? [];
      if (only === undefined) return undefined;
      if (sharing.length === 0) return { service: only, model: await this.#model(only) };
      return this.#select([only, ...sharing], request);
    }
    return (await this.#select(this.#byHost(request), request)) ?? this.#select(this.#services, request);
  }

  /** How a service tells the tags of its resources. */
  tagsOf(signingName: string): TagsOfResource | undefined {
    return this.#bySigningName.get(signingName)?.find(({ tagsOf }) => tagsOf !== undefined)?.tagsOf;
  }

  /** How a service tells the policies of its resources. */
  resourcePolicyOf(signingName: string): ResourcePolicyOf | undefined {
    return this.#bySigningName.get(signingName)?.find(({ resourcePolicyOf }) => resourcePolicyOf !== undefined)
      ?.resourcePolicyOf;
  }

  #scopeOf(request: HttpRequest): string | undefined {
    return scopedService.exec(headerOf(request.headers, "authorization") ?? "")?.[1];
  }

  #byHost(request: HttpRequest): readonly Service[] {
    const labels = (headerOf(request.headers, "host") ?? "").split(":")[0]?.split(".") ?? [];
    return labels.flatMap((label) => this.#bySigningName.get(label) ?? []);
  }

  async #select(services: readonly Service[], request: HttpRequest): Promise<LocatedService | undefined> {
    const target = headerOf(request.headers, "x-amz-target");
    const prefix = target?.slice(0, target.lastIndexOf(".")) ?? /^\/service\/([\w.]+)\//.exec(request.path)?.[1];
    const form = headerOf(request.headers, "content-type")?.startsWith("application/x-www-form-urlencoded");
    const text = form ? `${request.query}&${request.body.toString("utf8")}` : request.query;
    const parameters = prefix === undefined ? new Map(parseQueryString(text)) : new Map<string, string>();
    const action = parameters.get("Action");
    const version = parameters.get("Version");
    for (const service of services) {
      const model = await this.#model(service);
      if (prefix !== undefined && isTargetOf(model, prefix)) return { service, model };
      if (action !== undefined && model.operations.has(action) && (version ?? model.apiVersion) === model.apiVersion) {
        return { service, model };
      }
    }
    return undefined;
  }

  async #model(service: Service): Promise<ServiceModel> {
    const known = this.#models.get(service);
    if (known !== undefined) return known;
    const loading = this.#loading.get(service) ?? service.model().then(loadServiceModel);
    this.#loading.set(service, loading);
    try {
      const model = await loading;
      this.#models.set(service, model);
      return model;
    } finally {
      this.#loading.delete(service);
    }
  }
}
