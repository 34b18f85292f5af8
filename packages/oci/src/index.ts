export { isLoopback } from "./loopback.ts";
export { manifestLimit, mediaTypes } from "./media-types.ts";
export { formatReference, InvalidReferenceError, isDigest, normaliseReference, parseReference } from "./reference.ts";
export {
  type Content,
  RegistryClient,
  RegistryError,
  type RegistryFailure,
} from "./registry-client.ts";
export type { RegistryFetch } from "./registry-fetch.ts";
export type { RegistryLimits } from "./silence.ts";
