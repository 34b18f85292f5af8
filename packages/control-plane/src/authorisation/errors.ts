import { defineError } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
export const malformedPolicyDocument = defineError("MalformedPolicyDocument", 400, (message: string) => message);
