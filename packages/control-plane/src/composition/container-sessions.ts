import type { Clock, Logger, WorkloadId } from "@fleetless/kernel";
import { type Compute, createSessionLog, type SessionLogTarget, taskRoleDenial } from "../compute/service.ts";
import type { Authoriser } from "../gateway/ports.ts";
import {
  type CaptureSessionRequest,
  createTaskProtection,
  openCapture,
  openSession,
  type SessionRequest,
} from "../services/ecs/service.ts";
import type { LogIngestion } from "../services/logs/service.ts";
import { createContainerSessions, type GrantedSession } from "../sessions/sessions.ts";
import type { Store } from "../state/store.ts";

export interface ContainerSessionsOptions {
  readonly store: Store;
  readonly compute: Compute;
  readonly authoriser: Authoriser;
  readonly logIngestion: LogIngestion;
  readonly clock: Clock;
  readonly logger: Logger;
  /** After how long without input and output a session ends; AWS's 20 minutes where not given. */
  readonly idleMilliseconds: number | undefined;
}

/** What the machine's own administrator may say of a session, which is more than ECS's operation takes. */
export type LocalSessionRequest = Omit<SessionRequest, "idleMilliseconds" | "reportsExitCode" | "byTasksWay"> & {
  readonly idleMilliseconds?: number;
};

const defaultIdleMilliseconds = 20 * 60_000;

/** Sessions in containers, with what ECS and the local API need to grant them. */
export const composeContainerSessions = (options: ContainerSessionsOptions) => {
  const { store, compute, authoriser, logIngestion, clock, logger } = options;
  const sessions = createContainerSessions({ clock, logger });
  const sessionIdleMilliseconds = options.idleMilliseconds ?? defaultIdleMilliseconds;
  const sessionLog = (workload: WorkloadId, stream: string, target: SessionLogTarget) =>
    createSessionLog({ store, clock, logger, authoriser, logIngestion }, workload, stream, target);
  return {
    sessions,
    taskProtection: createTaskProtection(
      store,
      (id, permissions) => taskRoleDenial({ store, authoriser, now: clock.now() }, id, permissions),
      () => clock.now(),
    ),
    forTasks: { sessions, sessionLog, sessionIdleMilliseconds },
    openLocal: async (
      scope: { readonly accountId: string; readonly region: string },
      request: LocalSessionRequest,
    ): Promise<GrantedSession> => {
      const wanted = {
        idleMilliseconds: sessionIdleMilliseconds,
        ...request,
        reportsExitCode: true,
        byTasksWay: false,
      };
      return (await openSession({ store, compute, sessions, sessionLog }, scope, wanted)).granted;
    },
    openCapture: (
      scope: { readonly accountId: string; readonly region: string },
      request: CaptureSessionRequest,
    ): Promise<GrantedSession> => openCapture({ store, compute, sessions }, scope, request),
  };
};
