import type { NetworkInterfaceSpec } from "@fleetless/kernel";
import type { AttachedInterface } from "../network/contract.ts";

/** /etc/hosts of a task as Fargate gives it: loopback and the task's own address and name. */
export const hostsFile = (networkInterface: NetworkInterfaceSpec): string =>
  `127.0.0.1 localhost\n${networkInterface.privateAddress} ${networkInterface.privateDnsName}\n`;

/** /etc/resolv.conf with the VPC's resolver. */
export const resolvConf = (attached: AttachedInterface): string => {
  const search = attached.searchDomains.length === 0 ? "" : `search ${attached.searchDomains.join(" ")}\n`;
  return search + attached.nameservers.map((address) => `nameserver ${address}\n`).join("");
};
