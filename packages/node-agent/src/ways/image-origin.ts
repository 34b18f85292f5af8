import { InvalidReferenceError, parseReference } from "@fleetless/oci";

/** Where an image comes from, as far as the network is concerned. */
export type ImageOrigin =
  | { readonly kind: "ecr"; readonly region: string }
  /** A registry on loopback is the machine's own: no task could reach it, on AWS neither. */
  | { readonly kind: "machine" }
  | { readonly kind: "registry"; readonly host: string; readonly port: number };

const awsHost = /^\d{12}\.dkr[.-]ecr\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/;
const loopback = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/;

const https = 443;

/**
 * Tells it from the reference alone. `own` is where the control plane's registry answers on loopback, which stands for
 * ECR, and the region of whoever asks for it there.
 */
export const imageOrigin = (
  reference: string,
  own: { readonly registryPort: number; readonly region: string },
): ImageOrigin => {
  let registry: string;
  try {
    ({ registry } = parseReference(reference));
  } catch (thrown) {
    // Whoever prepares the image says what is wrong with its name.
    if (thrown instanceof InvalidReferenceError) return { kind: "machine" };
    throw thrown;
  }
  const region = awsHost.exec(registry)?.[1];
  if (region !== undefined) return { kind: "ecr", region };
  const [, host = registry, port] = /^(.*?)(?::(\d+))?$/.exec(registry) ?? [];
  if (loopback.test(host)) {
    return Number(port) === own.registryPort ? { kind: "ecr", region: own.region } : { kind: "machine" };
  }
  return { kind: "registry", host: host === "docker.io" ? "registry-1.docker.io" : host, port: Number(port ?? https) };
};
