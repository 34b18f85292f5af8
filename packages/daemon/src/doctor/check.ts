/** One thing that Fleetless needs of a machine, as it was found. */
export interface Check {
  readonly name: string;
  readonly outcome: "ok" | "warning" | "missing";
  /** What was found. */
  readonly found: string;
  /** How to mend it; absent where nothing needs mending. */
  readonly mend?: string;
}

export const ok = (name: string, found: string): Check => ({ name, outcome: "ok", found });
export const warning = (name: string, found: string, mend: string): Check => ({
  name,
  outcome: "warning",
  found,
  mend,
});
export const missing = (name: string, found: string, mend: string): Check => ({
  name,
  outcome: "missing",
  found,
  mend,
});
