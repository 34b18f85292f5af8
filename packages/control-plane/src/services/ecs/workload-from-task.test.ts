import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyOverrides } from "./overrides.ts";
import { checkTaskDefinition } from "./task-definition/check.ts";
import { acceptedDefinition, oneContainer } from "./testing/definitions.ts";
import { taskOf } from "./testing/task.ts";
import { workloadFromTask } from "./workload-from-task.ts";

const account = "123456789012";
const workloadOf = (container: ContainerDefinition) => {
  const body = checkTaskDefinition(
    { ...oneContainer, volumes: [{ name: "data" }], containerDefinitions: [container] },
    account,
  );
  return workloadFromTask(
    taskOf({ containers: [{ name: "app", arn: "arn:app", image: "busybox", cpu: 0 }] }),
    applyOverrides(body, {}, account),
    "runc",
  );
};

describe("a task's workload", () => {
  it("has the defaults of ECS where the definition says nothing", () => {
    const workload = workloadOf({ name: "app", image: "busybox" });
    expect(workload).toMatchObject({
      desiredStatus: "RUNNING",
      revision: 1,
      isolation: "runc",
      size: { cpuUnits: 256, memoryMiB: 512, ephemeralStorageGiB: 20 },
      metadata: { family: "web", revision: "1", launchType: "FARGATE", group: "family:web" },
    });
    expect(workload.containers).toEqual([
      {
        name: "app",
        arn: "arn:app",
        image: "busybox",
        essential: true,
        environment: [],
        cpuUnits: 0,
        readonlyRootFilesystem: false,
        pseudoTerminal: false,
        interactive: false,
        stopTimeoutSeconds: 30,
        dependsOn: [],
        ulimits: [],
        systemControls: [],
        linux: { initProcessEnabled: false, capabilitiesAdd: [], capabilitiesDrop: [], tmpfs: [] },
        mountPoints: [],
        volumesFrom: [],
        portMappings: [],
        labels: {},
      },
    ]);
  });

  it("carries over what the definition says", () => {
    const [container] = workloadOf({
      name: "app",
      image: "busybox",
      memory: 100,
      memoryReservation: 50,
      startTimeout: 10,
      stopTimeout: 5,
      healthCheck: { command: ["CMD", "true"], startPeriod: 7 },
      restartPolicy: { enabled: true, ignoredExitCodes: [3] },
      linuxParameters: {
        initProcessEnabled: true,
        capabilities: { drop: ["NET_RAW"] },
        tmpfs: [{ containerPath: "/t", size: 8 }],
      },
      mountPoints: [{ sourceVolume: "data", containerPath: "/data", readOnly: true }],
      portMappings: [{ containerPort: 53, protocol: "udp", name: "dns" }],
    }).containers;
    expect(container).toMatchObject({
      memoryMiB: 100,
      memoryReservationMiB: 50,
      startTimeoutSeconds: 10,
      stopTimeoutSeconds: 5,
      healthCheck: {
        command: ["CMD", "true"],
        intervalSeconds: 30,
        timeoutSeconds: 5,
        retries: 3,
        startPeriodSeconds: 7,
      },
      restartPolicy: { ignoredExitCodes: [3], restartAttemptPeriodSeconds: 300 },
      linux: {
        initProcessEnabled: true,
        capabilitiesDrop: ["NET_RAW"],
        tmpfs: [{ containerPath: "/t", sizeMiB: 8, mountOptions: [] }],
      },
      mountPoints: [{ sourceVolume: "data", containerPath: "/data", readOnly: true }],
      portMappings: [{ containerPort: 53, protocol: "udp", name: "dns" }],
    });
    const disabled = workloadOf({ name: "app", image: "busybox", restartPolicy: { enabled: false } });
    expect(disabled.containers[0]).not.toHaveProperty("restartPolicy");
  });

  it("is plain data that survives the store, for whatever definition is accepted", () => {
    fc.assert(
      fc.property(acceptedDefinition, (definition) => {
        const body = checkTaskDefinition(definition, account);
        const workload = workloadFromTask(taskOf({}), applyOverrides(body, {}, account), "auto");
        expect(JSON.parse(JSON.stringify(workload))).toEqual(workload);
        expect(workload.containers.map(({ name }) => name)).toEqual(
          definition.containerDefinitions?.map(({ name }) => name),
        );
      }),
    );
  });
});
