import { basename } from "node:path";
import type { MachineProcess } from "../machine/processes.ts";

/** How the processes of one instance's runtime are known. */
export interface RuntimeMarks {
  /** Of containerd; the instance's control group bears the same name. */
  readonly namespace: string;
  /** The runtime's state directory. */
  readonly state: string;
  /** The records of sandboxes, where the wrappers of runsc lie. */
  readonly sandboxes: string;
}

const optionOf = (parameters: readonly string[], option: string): string | undefined => {
  const at = parameters.indexOf(option);
  return at < 0 ? undefined : parameters[at + 1];
};

const runtimes = /^(?:runc|runsc|runsc-sandbox|runsc-gofer|exe)$/;

const isContainerd = ({ arguments: parameters }: MachineProcess, marks: RuntimeMarks): boolean =>
  basename(parameters[0] ?? "") === "containerd" && parameters.includes(`${marks.state}/containerd.toml`);

const isShim = ({ arguments: parameters }: MachineProcess, marks: RuntimeMarks): boolean =>
  parameters.some((part) => basename(part).startsWith("containerd-shim-")) &&
  optionOf(parameters, "-namespace") === marks.namespace;

const isRuntime = ({ arguments: parameters }: MachineProcess, marks: RuntimeMarks): boolean =>
  parameters.some((part) => runtimes.test(basename(part))) &&
  parameters.some((part) => part.replace(/^--root=/, "").startsWith(`${marks.state}/`));

const isWrapper = ({ arguments: [, script = ""] }: MachineProcess, marks: RuntimeMarks): boolean =>
  (script.startsWith(`${marks.sandboxes}/`) && script.endsWith("/gvisor/runsc")) ||
  script.startsWith(`${marks.state}/`);

const isContained = ({ cgroups }: MachineProcess, marks: RuntimeMarks): boolean =>
  cgroups.some((path) => path === `/${marks.namespace}` || path.startsWith(`/${marks.namespace}/`));

/** Whether a process is part of the instance's runtime: its containerd, its shims, its sandboxes, its containers. */
export const isOfRuntime =
  (marks: RuntimeMarks) =>
  (process: MachineProcess): boolean =>
    [isContainerd, isShim, isRuntime, isWrapper, isContained].some((test) => test(process, marks));

/** containerd alone, which would tidy up after each shim that ends. */
export const isContainerdOf =
  (marks: RuntimeMarks) =>
  (process: MachineProcess): boolean =>
    isContainerd(process, marks);

/** The group and the containerd of each shim among the processes. */
export const shimsAmong = (
  processes: readonly MachineProcess[],
): readonly { readonly address: string; readonly id: string }[] =>
  processes.flatMap(({ arguments: parameters }) => {
    const [address, id] = [optionOf(parameters, "-address"), optionOf(parameters, "-id")];
    return address === undefined || id === undefined ? [] : [{ address, id }];
  });
