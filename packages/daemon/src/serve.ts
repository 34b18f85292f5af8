import { rmSync } from "node:fs";
import { openControlPlane } from "@fleetless/control-plane";
import { createLogger, messageOf, nodeId, systemClock } from "@fleetless/kernel";
import { openNodeAgent, requireFitMachine } from "@fleetless/node-agent";
import { openInstance } from "./instance.ts";
import { serveLocalApi } from "./local-api.ts";
import { localRoutes } from "./local-routes.ts";
import type { ServeOptions } from "./options.ts";
import { instancePublicCidr } from "./public-cidr.ts";
import { rootKeySource } from "./root-key-source.ts";
import { readServiceControlPolicies } from "./service-control-policies.ts";
import { version } from "./version.ts";

/** The control plane and the node agent in one process, until it is told to stop. Answers the exit code. */
export const serve = async (options: ServeOptions): Promise<number> => {
  const startedAt = Date.now();
  const logger = createLogger(options.logLevel);
  await requireFitMachine(options);
  const instance = openInstance(options.dataDirectory);
  const clock = systemClock;
  const publicCidr = options.publicCidr ?? instancePublicCidr(instance);

  const controlPlane = await openControlPlane({
    dataDirectory: instance.dataDirectory,
    store: options.store,
    rootKey: rootKeySource(instance.name, process.env),
    accountId: options.accountId,
    region: options.region,
    publicCidr,
    isolation: options.isolation,
    acceptWellKnownLocalKey: !options.strict,
    sessionIdleMilliseconds: options.sessionIdleMilliseconds,
    serviceControlPolicies:
      options.serviceControlPolicies === undefined
        ? undefined
        : readServiceControlPolicies(options.serviceControlPolicies),
    clock,
    logger,
  });
  const { host } = options.listen;
  const { port } = await controlPlane.gateway.listen(host, options.listen.port);
  const endpoint = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const agent = await openNodeAgent({
    nodeId: nodeId(`node-${instance.name}`),
    instance: instance.name,
    dataDirectory: instance.dataDirectory,
    region: options.region,
    publicCidr,
    isolation: options.isolation,
    containerdAddress: options.containerdAddress,
    overcommit: options.overcommit,
    linkLocalPacketsPerSecond: options.linkLocalPacketsPerSecond,
    session: controlPlane.session,
    registryPort: port,
    onApiConnection: (socket, connection) => controlPlane.gateway.handleConnection(socket, connection),
    clock,
    logger,
  });

  const stopped = Promise.withResolvers<void>();
  const stop = (): void => stopped.resolve();
  const local = await serveLocalApi(
    instance.socketPath,
    localRoutes({ controlPlane, agent, instance, options, endpoint, startedAt, stop }),
    logger,
  );
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  logger.info(
    { endpoint, version, isolation: agent.isolation, milliseconds: Date.now() - startedAt },
    "Fleetless is up",
  );

  await stopped.promise;
  logger.info({}, "Fleetless is going down; tasks go on");
  local.close();
  local.closeAllConnections();
  rmSync(instance.socketPath, { force: true });
  try {
    await agent.close();
    await controlPlane.close();
    return 0;
  } catch (error) {
    logger.error({ error: messageOf(error) }, "not everything could be closed");
    return 1;
  }
};
