import { parseArn } from "@fleetless/kernel";
import { type Scope, trailKey } from "./collections.ts";
import { arnInvalid, invalidTrailName } from "./errors.ts";

/** A trail's name after AWS's rules. Throws InvalidTrailNameException. */
export const checkTrailName = (name: string): string => {
  if (name === "") throw invalidTrailName("Trail name cannot be blank!");
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    throw invalidTrailName(
      "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).",
    );
  }
  if (name.length < 3) {
    throw invalidTrailName(
      `Trail name too short. Minimum allowed length: 3 characters. Specified name length: ${name.length} characters.`,
    );
  }
  if (name.length > 128) {
    throw invalidTrailName(
      `Trail name too long. Maximum allowed length: 128 characters. Specified name length: ${name.length} characters.`,
    );
  }
  if (!/^[A-Za-z0-9]/.test(name)) throw invalidTrailName("Trail name must starts with a letter or number.");
  if (!/[A-Za-z0-9]$/.test(name)) throw invalidTrailName("Trail name must ends with a letter or number.");
  return name;
};

export interface TrailReference extends Scope {
  readonly name: string;
  readonly key: string;
}

/** Which trail a caller means by its name, here, or by its ARN, anywhere. Throws for what can be neither. */
export const trailReference = (nameOrArn: string | undefined, scope: Scope): TrailReference => {
  const text = nameOrArn ?? "";
  if (!text.startsWith("arn:")) {
    const name = checkTrailName(text);
    return { ...pick(scope), name, key: trailKey(scope, name) };
  }
  const arn = parseArn(text);
  const name = arn === undefined ? undefined : /^trail\/([A-Za-z0-9._-]{3,128})$/.exec(arn.resource)?.[1];
  if (arn === undefined || arn.service !== "cloudtrail" || name === undefined) throw arnInvalid(text);
  return { accountId: arn.accountId, region: arn.region, name, key: trailKey(arn, name) };
};

const pick = ({ accountId, region }: Scope): Scope => ({ accountId, region });
