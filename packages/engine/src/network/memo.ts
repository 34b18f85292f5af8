/**
 * Remembers for each object what was made from it and from some other values; it is made anew once one of those is
 * another. What is made must depend on nothing else.
 */
export class Memo<Made> {
  readonly #made = new WeakMap<object, { readonly from: readonly unknown[]; readonly made: Made }>();

  for(key: object, from: readonly unknown[], make: () => Made): Made {
    const known = this.#made.get(key);
    if (known !== undefined && known.from.length === from.length && known.from.every((each, at) => each === from[at])) {
      return known.made;
    }
    const made = make();
    this.#made.set(key, { from, made });
    return made;
  }
}
