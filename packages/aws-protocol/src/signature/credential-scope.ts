/** `<date>/<region>/<service>/aws4_request`: what a signing key is good for. */
export interface CredentialScope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export interface Credential extends CredentialScope {
  readonly accessKeyId: string;
}

/** The parts of a Credential parameter, or undefined where it does not have five of them. */
export const parseCredential = (text: string): Credential | undefined => {
  const parts = text.split("/");
  const [accessKeyId, date, region, service, terminator] = parts;
  if (parts.length !== 5 || terminator !== "aws4_request" || !accessKeyId || !date || !region || !service)
    return undefined;
  return { accessKeyId, date, region, service };
};

export const formatScope = (scope: CredentialScope): string =>
  `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
