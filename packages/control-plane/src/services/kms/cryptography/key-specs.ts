import type { EncryptionAlgorithmSpec, MacAlgorithmSpec, SigningAlgorithmSpec } from "@aws-sdk/client-kms";
import { notSupportedYet, validation } from "../errors.ts";

/** What a key specification is made of. https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html */
export type KeyKind =
  | { readonly kind: "symmetric" }
  | { readonly kind: "hmac"; readonly bytes: number; readonly hash: string; readonly macAlgorithm: MacAlgorithmSpec }
  | { readonly kind: "rsa"; readonly bits: number }
  | { readonly kind: "ec"; readonly curve: string; readonly signingAlgorithm: SigningAlgorithmSpec };

export type KeyUsage = "ENCRYPT_DECRYPT" | "SIGN_VERIFY" | "GENERATE_VERIFY_MAC" | "KEY_AGREEMENT";

const ec = (curve: string, signingAlgorithm: SigningAlgorithmSpec): KeyKind => ({
  kind: "ec",
  curve,
  signingAlgorithm,
});
const hmac = (bits: 224 | 256 | 384 | 512): KeyKind => ({
  kind: "hmac",
  bytes: bits / 8,
  hash: `sha${bits}`,
  macAlgorithm: `HMAC_SHA_${bits}`,
});

const kinds = {
  SYMMETRIC_DEFAULT: { kind: "symmetric" },
  HMAC_224: hmac(224),
  HMAC_256: hmac(256),
  HMAC_384: hmac(384),
  HMAC_512: hmac(512),
  RSA_2048: { kind: "rsa", bits: 2048 },
  RSA_3072: { kind: "rsa", bits: 3072 },
  RSA_4096: { kind: "rsa", bits: 4096 },
  ECC_NIST_P256: ec("prime256v1", "ECDSA_SHA_256"),
  ECC_NIST_P384: ec("secp384r1", "ECDSA_SHA_384"),
  ECC_NIST_P521: ec("secp521r1", "ECDSA_SHA_512"),
  ECC_SECG_P256K1: ec("secp256k1", "ECDSA_SHA_256"),
} as const satisfies Readonly<Record<string, KeyKind>>;

export type SupportedKeySpec = keyof typeof kinds;

const isSupported = (keySpec: string): keySpec is SupportedKeySpec => Object.hasOwn(kinds, keySpec);

/** Throws UnsupportedOperationException for the specifications that AWS has and Fleetless has not. */
export const supportedSpec = (keySpec: string): SupportedKeySpec => {
  if (!isSupported(keySpec)) throw notSupportedYet(`The key spec ${keySpec}`);
  return keySpec;
};

export const kindOfSpec = (keySpec: SupportedKeySpec): KeyKind => kinds[keySpec];

const rsaSigning: readonly SigningAlgorithmSpec[] = [
  "RSASSA_PKCS1_V1_5_SHA_256",
  "RSASSA_PKCS1_V1_5_SHA_384",
  "RSASSA_PKCS1_V1_5_SHA_512",
  "RSASSA_PSS_SHA_256",
  "RSASSA_PSS_SHA_384",
  "RSASSA_PSS_SHA_512",
];

export const encryptionAlgorithmsOf = (keySpec: SupportedKeySpec): EncryptionAlgorithmSpec[] => {
  const { kind } = kindOfSpec(keySpec);
  if (kind === "rsa") return ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"];
  return kind === "symmetric" ? ["SYMMETRIC_DEFAULT"] : [];
};

export const signingAlgorithmsOf = (keySpec: SupportedKeySpec): SigningAlgorithmSpec[] => {
  const kind = kindOfSpec(keySpec);
  if (kind.kind === "rsa") return [...rsaSigning];
  return kind.kind === "ec" ? [kind.signingAlgorithm] : [];
};

export const macAlgorithmsOf = (keySpec: SupportedKeySpec): MacAlgorithmSpec[] => {
  const kind = kindOfSpec(keySpec);
  return kind.kind === "hmac" ? [kind.macAlgorithm] : [];
};

const usagesOf = (kind: KeyKind): readonly KeyUsage[] => {
  switch (kind.kind) {
    case "symmetric":
      return ["ENCRYPT_DECRYPT"];
    case "hmac":
      return ["GENERATE_VERIFY_MAC"];
    case "rsa":
      return ["ENCRYPT_DECRYPT", "SIGN_VERIFY"];
    case "ec":
      return ["SIGN_VERIFY", "KEY_AGREEMENT"];
  }
};

/** The usage of a key to be made. Throws where the specification does not have it, or several and none is named. */
export const checkUsage = (keySpec: SupportedKeySpec, given: string | undefined): KeyUsage => {
  const kind = kindOfSpec(keySpec);
  const possible = usagesOf(kind);
  const wanted = given ?? (kind.kind === "symmetric" ? "ENCRYPT_DECRYPT" : undefined);
  if (wanted === undefined)
    throw validation("You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.");
  const usage = possible.find((candidate) => candidate === wanted);
  if (usage === undefined) throw validation(`KeyUsage ${wanted} is not compatible with KeySpec ${keySpec}`);
  if (keySpec === "ECC_SECG_P256K1" && usage === "KEY_AGREEMENT") {
    throw validation(`KeyUsage ${wanted} is not compatible with KeySpec ${keySpec}`);
  }
  return usage;
};
