import type { Call } from "../../gateway/call.ts";
import { type Authorisation, permission } from "../../gateway/operation.ts";
import { arnOf } from "./collections.ts";
import type { ServiceDiscoveryDependencies } from "./dependencies.ts";
import { bareId } from "./repository.ts";

type Authorise<Input> = Authorisation<Input, ServiceDiscoveryDependencies>;

/** What an input names, by id or ARN. */
export const onNamespace = <Input>(action: string, idOf: (input: Input) => string | undefined): Authorise<Input> =>
  permission(action, (input, call) => [arnOf("namespace", { ...scopeOf(call), id: bareId(idOf(input)) })]);

export const onService = <Input>(action: string, idOf: (input: Input) => string | undefined): Authorise<Input> =>
  permission(action, (input, call) => [arnOf("service", { ...scopeOf(call), id: bareId(idOf(input)) })]);

/** An action that has no resource. */
export const onAccount = (action: string): Authorise<unknown> => permission(action, () => ["*"]);

export const onArn = <Input extends { readonly ResourceARN: string | undefined }>(action: string): Authorise<Input> =>
  permission(action, ({ ResourceARN: arn }) => [arn ?? "*"]);

export const scopeOf = ({ accountId, region }: Call) => ({ accountId, region });
