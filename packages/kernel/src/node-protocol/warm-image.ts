/** An image that a node makes ready ahead of its use. */
export interface WarmImage {
  /** Names the reference together with the rights under which it is pulled. */
  readonly id: string;
  readonly reference: string;
  /** The digest that our own registry has for the reference now; absent for an image of any other. */
  readonly digest?: string;
}

export interface WarmImages {
  /** Another text after every change of the list. */
  readonly version: string;
  /** The most wanted first. */
  readonly images: readonly WarmImage[];
}
