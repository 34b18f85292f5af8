import type { PacketCapture } from "@fleetless/kernel";
import { type GrantedSession, newSessionId } from "../../../sessions/sessions.ts";
import { executeCommandFailed, taskHasNoInterface } from "../errors.ts";
import type { Scope } from "../identifiers.ts";
import { findSessionTask, type OpenSessionDependencies } from "./open-session.ts";

export interface CaptureSessionRequest {
  readonly cluster: string | undefined;
  readonly task: string;
  readonly capture: PacketCapture;
}

/** Beyond the capture's own end, for what is under way. */
const idleMarginMilliseconds = 60_000;

/** Grants a session whose output is the packets of a task's interface. Throws ECS's errors where there is none to be had. */
export const openCapture = async (
  { store, compute, sessions }: Pick<OpenSessionDependencies, "store" | "compute" | "sessions">,
  scope: Scope,
  request: CaptureSessionRequest,
): Promise<GrantedSession> => {
  const { task, observed } = await store.read(async (transaction) => {
    const found = await findSessionTask(transaction, scope, request);
    return { ...found, observed: await compute.readWorkload(transaction, found.task.id) };
  });
  if (observed === undefined) throw taskHasNoInterface(task.id);
  if (observed.nodeLost) throw executeCommandFailed();
  const granted = sessions.grant({
    id: newSessionId(),
    nodeId: observed.nodeId,
    process: { workloadId: task.id, capture: request.capture },
    type: "NonInteractiveCommands",
    reportsExitCode: true,
    idleMilliseconds: request.capture.seconds * 1_000 + idleMarginMilliseconds,
  });
  if (granted === undefined) throw executeCommandFailed();
  return granted;
};
