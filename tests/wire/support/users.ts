import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import type { ServedControlPlane } from "../../../packages/control-plane/src/testing/served-control-plane.ts";

/** Settings for clients of a new user, who may do what the policy document says. */
export const makeUser = async (
  plane: ServedControlPlane,
  UserName: string,
  policy?: object,
): Promise<ServedControlPlane["clientSettings"]> => {
  const iam = new IAMClient(plane.clientSettings);
  await iam.send(new CreateUserCommand({ UserName }));
  if (policy !== undefined) {
    const PolicyDocument = JSON.stringify(policy);
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "policy", PolicyDocument }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  iam.destroy();
  const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
  return { ...plane.clientSettings, credentials };
};
