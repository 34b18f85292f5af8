/** How a node gets the image of a container. */
export type ImageAccess =
  /** From a registry that is not ours, perhaps with a login. */
  | { readonly kind: "elsewhere"; readonly credentials?: RegistryLogin }
  | ({ readonly kind: "registry" } & RegistryImage);

export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

/** An image in the registry of this control plane. Whoever asked may pull it. */
export interface RegistryImage {
  /** The one name of the image, whatever form the reference had: `<account>.dkr.ecr.<region>.amazonaws.com/…`. */
  readonly name: string;
  /** Of what the reference stands for now: a manifest or an index. */
  readonly target: { readonly mediaType: string; readonly digest: string; readonly size: number };
  readonly repository: string;
  /** Host and port of the distribution API, and a login for it. */
  readonly host: string;
  readonly login: RegistryLogin;
  /** Where the registry's blobs are on disk; a node that shares the file system reads them there. */
  readonly blobDirectory: string;
}
