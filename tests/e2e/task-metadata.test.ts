import { describe, expect, test } from "vitest";
import { shell, useInstance } from "./support/use-instance.ts";

interface Stats {
  readonly read: string;
  readonly cpu_stats: {
    readonly cpu_usage: { readonly total_usage: number };
    readonly system_cpu_usage: number;
    readonly online_cpus: number;
  };
  readonly memory_stats: { readonly usage: number; readonly max_usage: number; readonly limit: number };
  readonly pids_stats: { readonly current: number };
  readonly networks: { readonly eth0: { readonly rx_bytes: number; readonly tx_bytes: number } };
}

interface TaskMetadata {
  readonly Containers: readonly { readonly Name: string }[];
  readonly EphemeralStorageMetrics: { readonly Utilized: number; readonly Reserved: number };
}

const mebibyte = 1024 * 1024;
const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);

const script = [
  "get() { wget -q -O - $ECS_CONTAINER_METADATA_URI_V4$1; echo; }",
  "sleep 1",
  'for path in "" /task /taskWithTags /stats; do get $path; done',
  "(while :; do :; done) & sleep 2.5; kill $!",
  "dd if=/dev/zero of=/dev/shm/memory bs=1M count=40; dd if=/dev/zero of=/storage bs=1M count=300; busybox sync",
  "for path in /stats /task/stats /task; do get $path; done",
  "wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/nothing || echo refused",
  "wget -q -O - http://169.254.170.2/v4/0123456789abcdef/task || echo refused",
].join("; ");

describe.each(["runc", "gvisor"])("metadata under %s", (isolation) => {
  const fleetless = useInstance("--isolation", isolation);

  test("shows the task and its containers as they are, and numbers that follow what they do", async () => {
    const { tasks } = fleetless;
    const { task, lines } = await tasks.finish(
      "metadata",
      [
        {
          name: "main",
          ...shell(`{ ${script}; } 2> /dev/null`),
          cpu: 192,
          memory: 400,
          dockerLabels: { colour: "blue" },
          portMappings: [{ containerPort: 8080 }],
          healthCheck: { command: ["CMD", "true"], interval: 5 },
          mountPoints: [{ sourceVolume: "data", containerPath: "/data" }],
          environment: [{ name: "UNSEEN", value: "secret of the environment" }],
        },
        { name: "side", essential: false, command: ["sleep", "1000"], stopTimeout: 2 },
        { name: "watcher", essential: false, ...shell("sleep 1000"), dependsOn: healthyMain, stopTimeout: 2 },
      ],
      { volumes: [{ name: "data" }] },
      { group: "grouped", tags: [{ key: "team", value: "blue" }] },
    );
    const documents = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
    const [container, before, tagged, idle, loaded, all, after] = documents;
    const [, , detail] = task.attachments?.[0]?.details ?? [];
    expect(container).toMatchObject({
      DockerId: task.containers?.[0]?.runtimeId,
      Name: "main",
      DockerName: "main",
      Image: "fleetless.test/busybox:1",
      ImageID: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      ContainerARN: task.containers?.[0]?.containerArn,
      Labels: {
        colour: "blue",
        "com.amazonaws.ecs.cluster": task.clusterArn,
        "com.amazonaws.ecs.container-name": "main",
        "com.amazonaws.ecs.task-arn": task.taskArn,
        "com.amazonaws.ecs.task-definition-family": "metadata",
        "com.amazonaws.ecs.task-definition-version": "1",
      },
      DesiredStatus: "RUNNING",
      KnownStatus: "RUNNING",
      Limits: { CPU: 192, Memory: 400 },
      Ports: [{ ContainerPort: 8080, Protocol: "tcp" }],
      Volumes: [{ Destination: "/data" }],
      CreatedAt: isoTime,
      StartedAt: isoTime,
      Type: "NORMAL",
      Health: { status: "HEALTHY", statusSince: isoTime },
      LogDriver: "awslogs",
      LogOptions: { "awslogs-group": "/fleetless/test", "awslogs-region": "us-east-1" },
      Networks: [
        {
          NetworkMode: "awsvpc",
          IPv4Addresses: [task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address],
          AttachmentIndex: 0,
          MACAddress: detail?.value,
          IPv4SubnetCIDRBlock: expect.stringMatching(/^172\.31\.\d+\.0\/20$/),
          DomainNameServers: ["172.31.0.2"],
          PrivateDNSName: expect.stringMatching(/^ip-172-31-.*\.ec2\.internal$/),
          SubnetGatewayIpv4Address: expect.stringMatching(/^172\.31\.\d+\.1\/20$/),
        },
      ],
    });
    expect(before).toMatchObject({
      Cluster: task.clusterArn,
      TaskARN: task.taskArn,
      Family: "metadata",
      Revision: "1",
      DesiredStatus: "RUNNING",
      KnownStatus: "RUNNING",
      Limits: { CPU: 0.25, Memory: 512 },
      PullStartedAt: task.pullStartedAt?.toISOString(),
      PullStoppedAt: task.pullStoppedAt?.toISOString(),
      AvailabilityZone: task.availabilityZone,
      LaunchType: "FARGATE",
      Group: "grouped",
      ClockDrift: { ReferenceTimestamp: isoTime, ClockSynchronizationStatus: expect.any(String) },
      FaultInjectionEnabled: false,
    });
    expect(before.Containers.map(({ Name }: { Name: string }) => Name)).toEqual(["main", "side", "watcher"]);
    expect(before.TaskTags).toBeUndefined();
    expect(tagged).toMatchObject({ TaskARN: task.taskArn, TaskTags: { team: "blue" } });
    expect(lines.join("\n")).not.toContain("secret of the environment");
    expect(lines.filter((line) => line === "refused")).toHaveLength(2);
    expectGrowth(idle, loaded);
    expect(Object.keys(all).toSorted()).toEqual(task.containers?.map(({ runtimeId }) => runtimeId).toSorted());
    expectFilling(before, after);
  });
});

const healthyMain = [{ containerName: "main", condition: "HEALTHY" as const }];

const expectGrowth = (idle: Stats, loaded: Stats): void => {
  const seconds = (Date.parse(loaded.read) - Date.parse(idle.read)) / 1000;
  const cpuSeconds = (loaded.cpu_stats.cpu_usage.total_usage - idle.cpu_stats.cpu_usage.total_usage) / 1e9;
  expect(seconds).toBeGreaterThan(2);
  expect(cpuSeconds / seconds).toBeGreaterThan(0.05);
  expect(cpuSeconds / seconds).toBeLessThan(0.35);
  expect(loaded.cpu_stats.system_cpu_usage).toBeGreaterThan(idle.cpu_stats.system_cpu_usage);
  expect(loaded.cpu_stats.online_cpus).toBeGreaterThan(0);
  expect(loaded.memory_stats.usage - idle.memory_stats.usage).toBeGreaterThan(10 * mebibyte);
  expect(loaded.memory_stats.usage).toBeLessThanOrEqual(512 * mebibyte);
  expect(loaded.memory_stats.max_usage).toBeGreaterThanOrEqual(idle.memory_stats.max_usage);
  expect(loaded.memory_stats.limit).toBeGreaterThanOrEqual(400 * mebibyte);
  expect(loaded.memory_stats.limit).toBeLessThanOrEqual(512 * mebibyte);
  expect(idle.pids_stats.current).toBeGreaterThan(0);
  for (const counter of ["rx_bytes", "tx_bytes"] as const) {
    expect(idle.networks.eth0[counter]).toBeGreaterThan(0);
    expect(loaded.networks.eth0[counter]).toBeGreaterThan(idle.networks.eth0[counter]);
  }
};

const expectFilling = (before: TaskMetadata, after: TaskMetadata): void => {
  expect(before.EphemeralStorageMetrics.Reserved).toBeGreaterThan(20_000);
  expect(before.EphemeralStorageMetrics.Reserved).toBeLessThanOrEqual(20.5 * 1024);
  const written = after.EphemeralStorageMetrics.Utilized - before.EphemeralStorageMetrics.Utilized;
  expect(written).toBeGreaterThanOrEqual(290);
  expect(written).toBeLessThan(400);
};
