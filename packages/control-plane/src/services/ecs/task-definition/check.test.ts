import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { oneContainer } from "../testing/definitions.ts";
import { checkTaskDefinition } from "./check.ts";

const account = "123456789012";
const app: ContainerDefinition = { name: "app", image: "busybox" };
const side: ContainerDefinition = { name: "side", image: "busybox", essential: false };
const awslogs = {
  "awslogs-group": "/app",
  "awslogs-region": "us-east-1",
  "awslogs-stream-prefix": "web",
};

const withContainer = (changes: Partial<ContainerDefinition>): Partial<RegisterTaskDefinitionRequest> => ({
  containerDefinitions: [{ ...app, ...changes }],
});
const withSecrets = (
  secrets: ContainerDefinition["secrets"],
  changes: Partial<ContainerDefinition> = {},
): Partial<RegisterTaskDefinitionRequest> => ({
  ...withContainer({ secrets, ...changes }),
  executionRoleArn: "arn:aws:iam::123456789012:role/execution",
});
const check = (changes: Partial<RegisterTaskDefinitionRequest>) =>
  checkTaskDefinition({ ...oneContainer, ...changes }, account);

const refused: readonly [string, Partial<RegisterTaskDefinitionRequest>][] = [
  ["Invalid 'cpu' setting for task.", { cpu: "300" }],
  ["No Fargate configuration exists for given values.", { cpu: "256", memory: "4096" }],
  ["Fargate requires that 'cpu' be defined at the task level.", { cpu: undefined }],
  ["Fargate requires that 'memory' be defined at the task level.", { memory: undefined }],
  ["Fargate only supports network mode 'awsvpc'.", { networkMode: "bridge" }],
  ["Family contains invalid characters.", { family: "my web" }],
  ["Container list cannot be empty.", { containerDefinitions: [] }],
  [
    "Too many containers.",
    { containerDefinitions: Array.from({ length: 11 }, (_, index) => ({ ...app, name: `c${index}` })) },
  ],
  ["Max allowed length is '65536' bytes.", withContainer({ command: ["x".repeat(70_000)] })],
  ["at least one essential container", { containerDefinitions: [side] }],
  ["Role is not valid", { taskRoleArn: "arn:aws:s3:::bucket" }],
  ["Container.name should not be null or empty.", { containerDefinitions: [{ image: "busybox" }] }],
  ["Container.name contains invalid characters.", withContainer({ name: "my app" })],
  ["Container.image should not be null or empty.", { containerDefinitions: [{ name: "app" }] }],
  ["Container.image contains invalid characters.", withContainer({ image: "busy box" })],
  ["'app' is used more than once", { containerDefinitions: [app, { ...side, name: "app" }] }],
  ["The 'memory' setting for container 'app' is greater than for the task.", withContainer({ memory: 1024 })],
  ["The 'cpu' setting for container 'app' is greater than for the task.", withContainer({ cpu: 512 })],
  [
    "The sum of the 'memory' settings",
    {
      containerDefinitions: [
        { ...app, memory: 400 },
        { ...side, memory: 200 },
      ],
    },
  ],
  ["greater than or equal to 'memoryReservation'", withContainer({ memory: 100, memoryReservation: 200 })],
  ["because it does not exist", withContainer({ dependsOn: [{ containerName: "ghost", condition: "START" }] })],
  [
    "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
    {
      containerDefinitions: [app, { ...side, dependsOn: [{ containerName: "app", condition: "COMPLETE" }] }],
    },
  ],
  [
    "HEALTHY condition must have a health check",
    { containerDefinitions: [side, { ...app, dependsOn: [{ containerName: "side", condition: "HEALTHY" }] }] },
  ],
  [
    "form a cycle",
    {
      containerDefinitions: [
        { ...app, dependsOn: [{ containerName: "side", condition: "START" }] },
        { ...side, dependsOn: [{ containerName: "app", condition: "START" }] },
      ],
    },
  ],
  ["interval must be between 5 and 300", withContainer({ healthCheck: { command: ["CMD", "true"], interval: 4 } })],
  ["timeout must be between 2 and 60", withContainer({ healthCheck: { command: ["CMD", "true"], timeout: 61 } })],
  ["retries must be between 1 and 10", withContainer({ healthCheck: { command: ["CMD", "true"], retries: 0 } })],
  ["startPeriod must be", withContainer({ healthCheck: { command: ["CMD", "true"], startPeriod: 301 } })],
  ["health check's command", withContainer({ healthCheck: { command: ["true"] } })],
  [
    "The system control 'kernel.core_pattern' is not supported",
    withContainer({ systemControls: [{ namespace: "kernel.core_pattern", value: "|/bin/sh" }] }),
  ],
  [
    "The system control 'vm.swappiness' is not supported",
    withContainer({
      systemControls: [
        { namespace: "net.core.somaxconn", value: "1" },
        { namespace: "vm.swappiness", value: "1" },
      ],
    }),
  ],
  [
    "The system control 'net.' is not supported",
    withContainer({ systemControls: [{ namespace: "net.", value: "1" }] }),
  ],
  ["host ports and container ports", withContainer({ portMappings: [{ containerPort: 80, hostPort: 8080 }] })],
  ["'containerPort' must be between", withContainer({ portMappings: [{ containerPort: 0 }] })],
  ["'stopTimeout' must be between 2 and 120", withContainer({ stopTimeout: 121 })],
  ["'startTimeout' must be between 2 and 120", withContainer({ startTimeout: 1 })],
  ["soft limit", withContainer({ ulimits: [{ name: "nofile", softLimit: 2, hardLimit: 1 }] })],
  ["must be between 60 and 1800", withContainer({ restartPolicy: { enabled: true, restartAttemptPeriod: 59 } })],
  [
    "at most 50 ignoredExitCodes",
    withContainer({ restartPolicy: { enabled: true, ignoredExitCodes: Array.from({ length: 51 }, () => 1) } }),
  ],
  ["do not support privileged", withContainer({ privileged: true })],
  ["do not support sharedMemorySize", withContainer({ linuxParameters: { sharedMemorySize: 64 } })],
  ["do not support devices", withContainer({ linuxParameters: { devices: [{ hostPath: "/dev/kvm" }] } })],
  ["SYS_PTRACE", withContainer({ linuxParameters: { capabilities: { add: ["SYS_ADMIN"] } } })],
  [
    "not valid for a tmpfs",
    withContainer({ linuxParameters: { tmpfs: [{ containerPath: "/t", size: 1, mountOptions: ["evil"] }] } }),
  ],
  ["Unknown volume 'data'.", withContainer({ mountPoints: [{ sourceVolume: "data", containerPath: "/data" }] })],
  ["unknown container 'ghost'", withContainer({ volumesFrom: [{ sourceContainer: "ghost" }] })],
  ["do not support sourcePath", { volumes: [{ name: "data", host: { sourcePath: "/etc" } }] }],
  ["Volume names must be unique", { volumes: [{ name: "data" }, { name: "data" }] }],
  ["between 21 and 200", { ephemeralStorage: { sizeInGiB: 20 } }],
  [
    "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
    withContainer({ logConfiguration: { logDriver: "awslogs", options: awslogs } }),
  ],
  [
    "Log driver awslogs requires options: awslogs-group",
    withContainer({ logConfiguration: { logDriver: "awslogs", options: { "awslogs-region": "us-east-1" } } }),
  ],
  [
    "log driver splunk (container 'app') is not supported yet",
    withContainer({ logConfiguration: { logDriver: "splunk" } }),
  ],
  [
    "you must also specify a value for 'executionRoleArn'",
    { ...withContainer({ secrets: [{ name: "A", valueFrom: "b" }] }), executionRoleArn: undefined },
  ],
  ["parameter name specified for secret A is invalid", withSecrets([{ name: "A", valueFrom: "b b" }])],
  [
    "parameter name specified for secret A is invalid",
    withSecrets([{ name: "A", valueFrom: "arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbCdEf:key:" }]),
  ],
  [
    "must be unique and not shared with any new or existing environment variables set on the container, such as 'A'",
    withSecrets([{ name: "A", valueFrom: "b" }], { environment: [{ name: "A", value: "1" }] }),
  ],
  [
    "names no secret of the container",
    withContainer({ dockerLabels: { "fleetless.secret-file.A": "/run/secrets/a" } }),
  ],
  [
    "would hide what the image has in /etc",
    withSecrets([{ name: "A", valueFrom: "b" }], { dockerLabels: { "fleetless.secret-file.A": "/etc/passwd" } }),
  ],
  [
    "is not an absolute path of plain names",
    withSecrets([{ name: "A", valueFrom: "b" }], { dockerLabels: { "fleetless.secret-file.A": "/run/secrets/../a" } }),
  ],
  [
    "secretOptions (container 'app') is not supported yet",
    withContainer({
      logConfiguration: {
        logDriver: "awslogs",
        options: { ...awslogs, "awslogs-group": "g" },
        secretOptions: [{ name: "a", valueFrom: "b" }],
      },
    }),
  ],
  ["environmentFiles", withContainer({ environmentFiles: [{ value: "arn", type: "s3" }] })],
  ["firelensConfiguration", withContainer({ firelensConfiguration: { type: "fluentbit" } })],
  ["resourceRequirements", withContainer({ resourceRequirements: [{ type: "GPU", value: "1" }] })],
  [
    "efsVolumeConfiguration (volume 'data')",
    { volumes: [{ name: "data", efsVolumeConfiguration: { fileSystemId: "fs" } }] },
  ],
  ["dockerVolumeConfiguration", { volumes: [{ name: "data", dockerVolumeConfiguration: {} }] }],
  ["proxyConfiguration", { proxyConfiguration: { containerName: "envoy" } }],
  ["placementConstraints", { placementConstraints: [{ type: "memberOf" }] }],
  ["inferenceAccelerators", { inferenceAccelerators: [{ deviceName: "d", deviceType: "t" }] }],
  [
    "operatingSystemFamily other than LINUX",
    { runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" } },
  ],
];

describe("a task definition", () => {
  it.each(refused)("is refused with: %s", (message, changes) => {
    expect(() => check(changes)).toThrow(message);
    expect(() => check(changes)).toThrow(expect.objectContaining({ code: "ClientException", httpStatus: 400 }));
  });

  it("is completed with the defaults of ECS", () => {
    const body = check({
      cpu: ".25 vCPU",
      memory: "0.5 GB",
      taskRoleArn: "app",
      volumes: [{ name: "data" }],
      ...withContainer({ portMappings: [{ containerPort: 80 }], healthCheck: { command: ["CMD-SHELL", "true"] } }),
    });
    expect(body).toMatchObject({
      cpu: "256",
      memory: "512",
      taskRoleArn: "arn:aws:iam::123456789012:role/app",
      volumes: [{ name: "data", host: {} }],
      compatibilities: ["EC2", "FARGATE"],
      placementConstraints: [],
      containerDefinitions: [
        {
          cpu: 0,
          essential: true,
          environment: [],
          mountPoints: [],
          volumesFrom: [],
          portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }],
          healthCheck: { interval: 30, timeout: 5, retries: 3 },
        },
      ],
    });
  });

  it("may set the kernel parameters of its own namespaces", () => {
    const systemControls = ["net.ipv4.tcp_keepalive_time", "fs.mqueue.msg_max", "kernel.shmmax", "kernel.sem"].map(
      (namespace) => ({ namespace, value: "1" }),
    );
    expect(check(withContainer({ systemControls })).containerDefinitions?.[0]?.systemControls).toEqual(systemControls);
  });

  it("that does not require FARGATE may be registered without being fit for it", () => {
    const body = check({ requiresCompatibilities: ["EC2"], networkMode: "bridge", cpu: undefined, memory: undefined });
    expect(body.compatibilities).toEqual(["EC2"]);
  });
});
