/** One step of the schema. Steps are never changed once released; the next change is the next number. */
export interface Migration {
  readonly version: number;
  readonly statements: string;
}
