import { InvalidReferenceError, parseReference } from "@fleetless/oci";

/** Where an image comes from, as far as the network is concerned. */
export type ImageOrigin =
  | {
      readonly kind: "ecr";
      readonly region: string;
      /** The name in the reference, where that leads to IPv4 addresses only, and the one that leads to both. */
      readonly ipv4Only?: { readonly host: string; readonly dualStack: string };
    }
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
  if (region !== undefined) {
    if (!registry.endsWith(".amazonaws.com")) return { kind: "ecr", region };
    const dualStack = `${registry.slice(0, 12)}.dkr-ecr.${region}.on.aws`;
    return { kind: "ecr", region, ipv4Only: { host: registry, dualStack } };
  }
  const [, host = registry, port] = /^(.*?)(?::(\d+))?$/.exec(registry) ?? [];
  if (loopback.test(host)) {
    return Number(port) === own.registryPort ? { kind: "ecr", region: own.region } : { kind: "machine" };
  }
  return { kind: "registry", host: host === "docker.io" ? "registry-1.docker.io" : host, port: Number(port ?? https) };
};
