import { lookup } from "node:dns/promises";
import { request as httpRequest, type IncomingMessage, STATUS_CODES } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect, isIP } from "node:net";
import type { HealthCheckConfig } from "@aws-sdk/client-route-53";
import { messageOf } from "@fleetless/kernel";

export interface ProbeResult {
  readonly success: boolean;
  /** In the words of GetHealthCheckStatus. */
  readonly status: string;
}

const tcpMilliseconds = 10_000;
const httpMilliseconds = 6_000;
/** Of a body, in which the search string must begin and end. */
const searchedBytes = 5_120;

const failed = (reason: string): ProbeResult => ({ success: false, status: `Failure: ${reason}` });
const timedOut = failed(
  "Connection timed out. The endpoint or the internet connection is down, or requests are being blocked by your firewall.",
);

const probeTcp = (host: string, port: number): Promise<ProbeResult> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: tcpMilliseconds });
    const finish = (result: ProbeResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.on("connect", () => finish({ success: true, status: "Success: TCP connection established" }));
    socket.on("timeout", () => finish(timedOut));
    socket.on("error", (error) => finish(failed(messageOf(error))));
  });

const readBeginning = async (response: IncomingMessage): Promise<string> => {
  let read = Buffer.alloc(0);
  for await (const chunk of response) {
    read = Buffer.concat([read, Buffer.from(chunk)]);
    if (read.length >= searchedBytes) break;
  }
  return read.toString("utf8", 0, searchedBytes);
};

const judge = async (response: IncomingMessage, search: string | undefined, address: string): Promise<ProbeResult> => {
  const code = response.statusCode ?? 0;
  const status = `HTTP Status Code ${code}, ${STATUS_CODES[code] ?? "unknown"}. Resolved IP: ${address}`;
  if (code < 200 || code >= 400) return failed(status);
  if (search !== undefined && !(await readBeginning(response)).includes(search)) {
    return failed(`${status}. The search string was not found in the first ${searchedBytes} bytes.`);
  }
  return { success: true, status: `Success: ${status}` };
};

const probeHttp = (config: HealthCheckConfig, address: string): Promise<ProbeResult> =>
  new Promise((resolve) => {
    const isTls = config.Type?.startsWith("HTTPS") === true;
    const domain = config.FullyQualifiedDomainName;
    const path = config.ResourcePath ?? "/";
    const asked = (isTls ? httpsRequest : httpRequest)({
      host: address,
      port: config.Port ?? (isTls ? 443 : 80),
      path: path.startsWith("/") ? path : `/${path}`,
      agent: false,
      signal: AbortSignal.timeout(httpMilliseconds),
      headers: {
        host: domain ?? address,
        "user-agent": "Amazon-Route53-Health-Check-Service (Fleetless)",
        connection: "close",
      },
      // As on AWS the certificate is not checked, only that TLS comes about.
      ...(isTls ? { rejectUnauthorized: false } : {}),
      ...(isTls && config.EnableSNI === true && domain !== undefined ? { servername: domain } : {}),
    });
    const finish = (result: ProbeResult): void => {
      asked.destroy();
      resolve(result);
    };
    asked.on("response", (response) => {
      judge(response, config.SearchString, address).then(finish, (thrown) => finish(failed(messageOf(thrown))));
    });
    asked.on("error", (error) =>
      finish(error.name === "AbortError" || error.name === "TimeoutError" ? timedOut : failed(messageOf(error))),
    );
    asked.end();
  });

/** Looks once whether an endpoint answers as its health check demands. */
export const probe = async (
  config: HealthCheckConfig,
  isCheckable: (address: string) => boolean,
): Promise<ProbeResult> => {
  let address = config.IPAddress ?? config.FullyQualifiedDomainName ?? "";
  try {
    if (isIP(address) === 0) address = (await lookup(address, { family: 4 })).address;
  } catch (thrown) {
    return failed(`DNS resolution failed: ${messageOf(thrown)}`);
  }
  if (!isCheckable(address)) {
    return failed(`The address ${address} is local, private, not routable or multicast, and such are not checked.`);
  }
  return config.Type === "TCP" ? probeTcp(address, config.Port ?? 0) : probeHttp(config, address);
};
