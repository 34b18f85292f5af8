export { requireFitMachine } from "./machine/fit-machine.ts";
export { findProgram, neededPrograms, standardPath } from "./machine/programs.ts";
export { type NodeAgent, type NodeAgentOptions, openNodeAgent } from "./node-agent.ts";
export { purgeNode } from "./purge/purge-node.ts";
export { openArchive } from "./runtime/images/archive.ts";
export { buildImageLayout, type LayoutFile } from "./runtime/images/build-layout.ts";
export { probeIsolation } from "./runtime/isolation/probe-isolation.ts";
