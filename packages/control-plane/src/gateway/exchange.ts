import type {
  Codec,
  HttpRequest,
  OperationModel,
  ServiceModel,
  SigningKeys,
  StructureValue,
} from "@fleetless/aws-protocol";
import type { AccountId, ApiConnection, Clock, EndpointPassage, Logger, Region, ServiceError } from "@fleetless/kernel";
import type { BodyBudget } from "./body-budget.ts";
import type { Call } from "./call.ts";
import type { BoundOperation } from "./operation.ts";
import type { AccessKeys, AuditSink, Authoriser, EncodeDenial, PermissionCheck } from "./ports.ts";
import type { Service } from "./service.ts";
import type { ServiceDirectory } from "./service-directory.ts";
import type { Throttle } from "./steps/throttle.ts";

/** What every step of the chain works with. */
export interface GatewayContext {
  readonly directory: ServiceDirectory;
  readonly accessKeys: AccessKeys;
  readonly authoriser: Authoriser;
  readonly encodeDenial: EncodeDenial | undefined;
  readonly audit: AuditSink;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly throttle: Throttle;
  readonly region: Region;
  readonly furtherRegions: ReadonlySet<string>;
  readonly accountId: AccountId;
  readonly signingKeys: SigningKeys;
  /** Bytes that a body may have, or grow to where it is compressed. */
  readonly bodyLimit: number;
  readonly bodyBudget: BodyBudget;
  /** Whether every output is checked against its schema before it is written. */
  readonly verifyResponses: boolean;
}

/** A call that names a service and an operation of its model. */
interface IdentifiedCall {
  readonly service: Service;
  readonly operation: OperationModel;
}

/** What a connection shows of who calls. */
export interface Caller {
  readonly sourceAddress: string;
  /** Whether a program on this machine makes the call. */
  readonly isLocal: boolean;
  /** Where it began inside a VPC. */
  readonly connection?: ApiConnection | undefined;
}

/** One request on its way through the chain; each step fills in what it has found out. */
export interface Exchange extends Caller {
  readonly requestId: string;
  readonly receivedAt: number;
  readonly userAgent: string;
  /** As the service sees it. */
  sourceAddress: string;
  endpoint: EndpointPassage | undefined;
  request: HttpRequest;
  codec: Codec;
  model: ServiceModel | undefined;
  identified: IdentifiedCall | undefined;
  call: Call | undefined;
  bound: BoundOperation | undefined;
  input: StructureValue | undefined;
  output: StructureValue | undefined;
  error: ServiceError | undefined;
  checks: readonly PermissionCheck[] | undefined;
}
