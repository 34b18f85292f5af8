/** An error as an AWS service answers it: the gateway turns it into the protocol's own shape. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  /** The code that the client's SDK matches on, such as `ClusterNotFoundException`. */
  readonly code: string;
  readonly httpStatus: number;
  /** Further modelled members of the error's shape. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, httpStatus: number, message: string, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.httpStatus = httpStatus;
    this.members = members;
  }
}

/**
 * One entry of a service's catalogue of errors. The message is fixed or made from the arguments:
 * `const clusterNotFound = defineError("ClusterNotFoundException", 400, () => "Cluster not found.")`,
 * then `throw clusterNotFound()`.
 */
export const defineError =
  <Arguments extends readonly unknown[]>(
    code: string,
    httpStatus: number,
    message: (...args: Arguments) => string,
  ): ((...args: Arguments) => ServiceError) =>
  (...args) =>
    new ServiceError(code, httpStatus, message(...args));

/** The message of anything that was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
