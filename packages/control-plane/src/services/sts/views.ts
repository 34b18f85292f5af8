import type { AssumedRoleUser, Credentials } from "@aws-sdk/client-sts";
import { formatArn } from "@fleetless/kernel";
import type { AssumableRole, TemporaryCredentials } from "./dependencies.ts";

export const credentialsView = (credentials: TemporaryCredentials): Credentials => ({
  AccessKeyId: credentials.accessKeyId,
  SecretAccessKey: credentials.secretAccessKey,
  SessionToken: credentials.sessionToken,
  Expiration: credentials.expiration,
});

export const assumedRoleUserView = (accountId: string, role: AssumableRole, sessionName: string): AssumedRoleUser => ({
  AssumedRoleId: `${role.roleId}:${sessionName}`,
  Arn: formatArn({ service: "sts", region: "", accountId, resource: `assumed-role/${role.roleName}/${sessionName}` }),
});
