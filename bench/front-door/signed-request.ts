import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";

interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const isSigned = (request: unknown): request is SignedRequest =>
  typeof request === "object" && request !== null && "headers" in request && "path" in request;

/** The bytes that an unmodified client would send for what `send` sends, signed; nothing is sent. */
export const signedRequest = async (
  client: ECSClient | CloudWatchLogsClient,
  send: () => Promise<unknown>,
): Promise<Buffer> => {
  let signed: SignedRequest | undefined;
  const keep = () => async (args: { readonly request: unknown }) => {
    if (isSigned(args.request)) signed = args.request;
    return { response: {}, output: { $metadata: {} } };
  };
  const place = { step: "deserialize", priority: "high", name: "keepSignedRequest" } as const;
  if (client instanceof ECSClient) client.middlewareStack.add(keep, place);
  else client.middlewareStack.add(keep, place);
  await send();
  if (signed === undefined) throw new Error("The client made no request");
  const { method, path, headers } = signed;
  const body =
    typeof signed.body === "string" || signed.body instanceof Uint8Array ? Buffer.from(signed.body) : Buffer.alloc(0);
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join("")}\r\n`), body]);
};
