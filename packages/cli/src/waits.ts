import type { LocalSocket } from "./local-socket.ts";

/** What a container waits for, as the local API gives it. */
export type Wait =
  | {
      readonly kind: "image";
      readonly container: string;
      readonly image: string;
      readonly bytes: number;
      readonly total: number;
    }
  | {
      readonly kind: "container";
      readonly container: string;
      readonly dependsOn: string;
      readonly condition: string;
    };

export const readWaits = (local: LocalSocket, task: string): Promise<readonly Wait[]> =>
  local.get<readonly Wait[]>(`/tasks/${task}/waits`);

const inMebibytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(1);

/** `12.0 of 40.0 MiB`, and what follows once all of it is here. */
export const transferText = ({ bytes, total }: { readonly bytes: number; readonly total: number }): string =>
  bytes < total
    ? `${inMebibytes(bytes)} of ${inMebibytes(total)} MiB`
    : `${inMebibytes(total)} MiB are here, unpacking`;

const conditionTexts: Readonly<Record<string, string>> = {
  START: "to start",
  COMPLETE: "to end",
  SUCCESS: "to end successfully",
  HEALTHY: "to be HEALTHY",
};

/** A wait as a person reads it. */
export const waitText = (wait: Wait): string =>
  wait.kind === "image"
    ? `${wait.container} waits for its image ${wait.image}: ${transferText(wait)}`
    : `${wait.container} waits for ${wait.dependsOn} ${conditionTexts[wait.condition] ?? wait.condition}`;
