/** A fully spelled image reference, as the distribution specification has it. */
export interface ImageReference {
  /** Host and perhaps port, such as `docker.io` or `localhost:5000`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const registryName = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;
const tagName = /^\w[\w.-]{0,127}$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;

export class InvalidReferenceError extends Error {
  override readonly name = "InvalidReferenceError";
}

export const isDigest = (text: string): boolean => digestForm.test(text);

/**
 * Reads a reference as Docker does: `nginx` is docker.io/library/nginx:latest.
 * Throws InvalidReferenceError.
 */
export const parseReference = (text: string): ImageReference => {
  const invalid = (why: string): InvalidReferenceError =>
    new InvalidReferenceError(`invalid reference format: ${why}: ${JSON.stringify(text.slice(0, 300))}`);
  if (text.length === 0 || text.length > 1024) throw invalid("a reference has 1 to 1024 characters");
  const [named = "", digest, ...more] = text.split("@");
  if (more.length > 0) throw invalid("more than one @");
  if (digest !== undefined && !isDigest(digest)) throw invalid("the digest is not sha256: and 64 hexadecimal digits");
  const colon = named.lastIndexOf(":");
  const tagged = colon > named.lastIndexOf("/");
  const tag = tagged ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !tagName.test(tag)) throw invalid("the tag is not valid");
  const path = tagged ? named.slice(0, colon) : named;
  const slash = path.indexOf("/");
  const first = slash < 0 ? "" : path.slice(0, slash);
  const hasRegistry = first === "localhost" || /[.:[]/.test(first) || first !== first.toLowerCase();
  const registry = hasRegistry ? (first === "index.docker.io" ? "docker.io" : first) : "docker.io";
  if (!registryName.test(registry)) throw invalid("the registry's name is not valid");
  const rest = hasRegistry ? path.slice(slash + 1) : path;
  const repository = registry === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest;
  if (repository.length > 255 || !repository.split("/").every((part) => component.test(part)))
    throw invalid("the repository's name is not valid");
  const effectiveTag = tag ?? (digest === undefined ? "latest" : undefined);
  return {
    registry,
    repository,
    ...(effectiveTag === undefined ? {} : { tag: effectiveTag }),
    ...(digest === undefined ? {} : { digest }),
  };
};

export const formatReference = (reference: ImageReference): string =>
  `${reference.registry}/${reference.repository}${reference.tag === undefined ? "" : `:${reference.tag}`}${
    reference.digest === undefined ? "" : `@${reference.digest}`
  }`;

/** The one spelling under which an image is kept. */
export const normaliseReference = (text: string): string => formatReference(parseReference(text));
