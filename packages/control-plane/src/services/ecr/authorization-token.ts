import type { Clock, Region } from "@fleetless/kernel";
import { accountId, region } from "@fleetless/kernel";
import type { Call, Principal } from "../../gateway/call.ts";

/** Seals text so that it opens nowhere else and cannot be changed. */
export interface TextSealer {
  seal(text: string, purpose: string): string;
  /** Throws where the text was changed or is of another purpose. */
  open(sealed: string, purpose: string): string;
}

/** Who a token of GetAuthorizationToken stands for. */
interface TokenBearer {
  readonly principal: Principal;
  readonly accessKeyId: string;
  readonly region: Region;
}

export type TokenReading =
  | { readonly kind: "valid"; readonly bearer: TokenBearer }
  | { readonly kind: "expired" }
  | { readonly kind: "unknown" };

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html#registry-auth-token */
const lifetime = 12 * 60 * 60 * 1000;
const purpose = "ecr authorization token";

interface Claims {
  readonly principal: Principal;
  readonly accessKeyId: string;
  readonly region: string;
  readonly expiresAt: number;
}

/** Passwords for docker login: they hold, sealed, whose they are. Nothing of them is stored. */
export class AuthorizationTokens {
  readonly #sealer: TextSealer;
  readonly #clock: Clock;

  constructor(sealer: TextSealer, clock: Clock) {
    this.#sealer = sealer;
    this.#clock = clock;
  }

  issue(call: Pick<Call, "principal" | "accessKeyId" | "region">, milliseconds = lifetime) {
    const expiresAt = this.#clock.now() + milliseconds;
    const { principal, accessKeyId, region } = call;
    const claims: Claims = { principal, accessKeyId, region, expiresAt };
    return { password: this.#sealer.seal(JSON.stringify(claims), purpose), expiresAt };
  }

  read(password: string): TokenReading {
    if (password.length > 16_384) return { kind: "unknown" };
    let claims: Claims;
    try {
      // What opens was sealed by `issue`.
      claims = JSON.parse(this.#sealer.open(password, purpose));
    } catch {
      return { kind: "unknown" };
    }
    if (claims.expiresAt <= this.#clock.now()) return { kind: "expired" };
    const principal: Principal = { ...claims.principal, accountId: accountId(claims.principal.accountId) };
    return { kind: "valid", bearer: { principal, accessKeyId: claims.accessKeyId, region: region(claims.region) } };
  }
}
