import type { Workload } from "@fleetless/kernel";
import type { AttachedInterface } from "../network/contract.ts";

/** The interface's private DNS name; where it has none, since it has no IPv4 address, the task's id. */
export const hostnameOf = ({ id, networkInterface }: Pick<Workload, "id" | "networkInterface">): string =>
  networkInterface.privateDnsName ?? id;

/** /etc/hosts of a task as Fargate gives it: loopback and the task's own address and name. */
export const hostsFile = (workload: Pick<Workload, "id" | "networkInterface">): string => {
  const { privateAddress, ipv6Address } = workload.networkInterface;
  const loopback = privateAddress === undefined ? "127.0.0.1 localhost\n::1 localhost\n" : "127.0.0.1 localhost\n";
  return `${loopback}${privateAddress ?? ipv6Address ?? ""} ${hostnameOf(workload)}\n`;
};

/** /etc/resolv.conf with the VPC's resolver. */
export const resolvConf = (attached: AttachedInterface): string => {
  const search = attached.searchDomains.length === 0 ? "" : `search ${attached.searchDomains.join(" ")}\n`;
  return search + attached.nameservers.map((address) => `nameserver ${address}\n`).join("");
};
