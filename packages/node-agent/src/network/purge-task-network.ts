import { purgeHostNetwork } from "./host-network.ts";
import { NetworkRecords } from "./interface-records.ts";
import { networkNames } from "./names.ts";
import { deleteNamespaces, listNamespaces } from "./namespace.ts";

/**
 * Removes every namespace, interface, rule, route and record of an instance whose data plane does not run, and
 * takes back what it changed of the machine's parameters. Harmless where there is nothing.
 */
export const purgeTaskNetwork = async (options: {
  readonly instance: string;
  readonly dataDirectory: string;
}): Promise<void> => {
  const names = networkNames(options.instance);
  await deleteNamespaces(await listNamespaces(names.taskNamespacePrefix));
  await deleteNamespaces(await listNamespaces(names.vpcNamespacePrefix));
  await purgeHostNetwork(names);
  await new NetworkRecords(options.dataDirectory).purge();
};
