export { type NodeAgent, type NodeAgentOptions, openNodeAgent, purgeNode } from "./node-agent.ts";
export { buildImageLayout, type LayoutFile } from "./runtime/images/build-layout.ts";
