export { type NodeAgent, type NodeAgentOptions, openNodeAgent } from "./node-agent.ts";
export { purgeNode } from "./purge/purge-node.ts";
export { buildImageLayout, type LayoutFile } from "./runtime/images/build-layout.ts";
