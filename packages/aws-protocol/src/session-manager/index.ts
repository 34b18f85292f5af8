export * from "./agent-session.ts";
export * from "./client-message.ts";
export * from "./client-session.ts";
export { type OpenDataChannel, readOpenDataChannel, type TerminalSize } from "./payloads.ts";
