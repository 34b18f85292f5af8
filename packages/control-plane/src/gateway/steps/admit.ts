import {
  checkTime,
  type HttpRequest,
  missingAuthenticationToken,
  readSignature,
  verifyHead,
} from "@fleetless/aws-protocol";
import type { Caller, GatewayContext } from "../exchange.ts";

/**
 * What a request's head alone proves of its caller, asked before a large body is read: the key is known and in
 * force, the time is right, and so is the signature where the payload's hash stands in the head. Throws as
 * `authenticate` does, which asks it all again once the body is there.
 */
export const admit = async (head: HttpRequest, caller: Caller, context: GatewayContext): Promise<void> => {
  const signature = readSignature(head);
  if (signature === undefined) throw missingAuthenticationToken();
  checkTime(signature, context.clock.now());
  const { accessKeyId } = signature.credential;
  const { secretAccessKey } = await context.accessKeys.find(accessKeyId, signature.sessionToken, caller.isLocal);
  verifyHead(head, signature, secretAccessKey, context.signingKeys);
};
