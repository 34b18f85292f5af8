import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { busyboxReference, importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance, runWith } from "./support/instance.ts";

let instance: FleetlessInstance;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "fleetless-command-"));
  instance = await createInstance();
  await instance.up();
  await importBusybox(instance);
});

afterAll(async () => {
  await instance.purge();
  rmSync(directory, { recursive: true, force: true });
});

const definitionFile = (name: string, command: readonly string[]): string => {
  const path = join(directory, `${name}.json`);
  const containerDefinitions = [{ name: "main", image: busyboxReference, command }];
  writeFileSync(path, JSON.stringify({ family: name, containerDefinitions }));
  return path;
};

test("run shows the logs and exits with the container's code", async () => {
  const { code, stdout } = await instance.run("run", definitionFile("seven", ["sh", "-c", "echo hello; exit 7"]));
  expect(stdout).toBe("hello\n");
  expect(code).toBe(7);
});

test("run says why a task never started", async () => {
  const path = join(directory, "absent.json");
  writeFileSync(
    path,
    JSON.stringify({ family: "absent", containerDefinitions: [{ name: "main", image: "127.0.0.1:9/no:1" }] }),
  );
  const { code, stderr } = await instance.run("run", path);
  expect(code).toBe(125);
  expect(stderr).toContain("CannotPullContainerError");
});

test("run says what is wrong with a file", async () => {
  const path = join(directory, "broken.json");
  writeFileSync(path, "{");
  const broken = await instance.run("run", path);
  expect(broken.code).toBe(1);
  expect(broken.stderr).toContain(`${path} is not a task definition`);
  expect((await instance.run("run", join(directory, "nowhere.json"))).stderr).toContain("There is no file");
});

test("task ls, show, logs, timeline and stop", async () => {
  const path = definitionFile("sits", ["sh", "-c", "echo sitting; sleep 1000"]);
  const running = spawnSync(
    "sh",
    ["-c", 'timeout -s INT 20 "$0" run "$1" >/dev/null 2>&1 & sleep 4', instance.command, path],
    {
      env: instance.environment,
    },
  );
  expect(running.status).toBe(0);
  const [task] = await instance.json<{ taskArn: string; lastStatus: string }[]>("task", "ls");
  expect(task?.lastStatus).toBe("RUNNING");
  const id = task?.taskArn.split("/").at(-1) ?? "";
  expect((await instance.run("task", "show", id.slice(0, 6))).stdout).toContain("sits:1");
  expect((await instance.run("task", "logs", id)).stdout).toBe("sitting\n");
  const steps = await instance.json<{ name: string; durationMilliseconds: number }[]>("task", "timeline", id);
  expect(steps.length).toBeGreaterThan(3);
  expect(steps.every(({ durationMilliseconds }) => durationMilliseconds >= 0)).toBe(true);
  expect((await instance.run("task", "timeline", id)).stdout).toContain("█");
  expect((await instance.run("vpc", "show")).stdout).toContain(`task ${id}`);
  const outward = await instance.run("vpc", "why", id, "internet", "443");
  expect(outward.stdout).toMatch(/back: passes .*\nThe packet gets there, and the answers come back/);
  const inward = await instance.run("vpc", "why", "internet", id, "80/tcp");
  expect(inward.stdout).toMatch(/stopped .*no rule of the security groups of eni-\w+ lets it in/);
  expect((await instance.run("vpc", "show", "nothing")).stderr).toContain("There is no VPC nothing");
  await instance.json("task", "stop", id, "--reason", "enough");
  const stopped = await instance.untilStopped(id);
  expect(stopped.stoppedReason).toBe("enough");
  expect((await instance.run("task", "show", "ffffffff")).stderr).toContain("There is no task ffffffff");
});

test("configure writes a profile that the AWS CLI uses, and keeps what the files held", async () => {
  const files = {
    AWS_CONFIG_FILE: join(directory, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, "credentials"),
  };
  writeFileSync(files.AWS_CONFIG_FILE, "[default]\nregion = eu-west-1\n");
  const environment: NodeJS.ProcessEnv = { ...instance.environment, ...files };
  const configured = spawnSync(instance.command, ["configure"], { env: environment, encoding: "utf8" });
  expect(configured.stdout.trim()).toBe(`export AWS_PROFILE=fleetless AWS_ENDPOINT_URL=${instance.endpoint}`);
  expect(readFileSync(files.AWS_CONFIG_FILE, "utf8")).toContain("[default]\nregion = eu-west-1");
  const { AWS_ACCESS_KEY_ID: _key, AWS_SECRET_ACCESS_KEY: _secret, ...withoutKeys } = environment;
  const withProfile = { ...instance, environment: { ...withoutKeys, AWS_PROFILE: "fleetless" } };
  expect(await runWith(withProfile, "aws", ["sts", "get-caller-identity"])).toContain(":root");
});

test("doctor finds this machine fit, and says so in JSON", async () => {
  const checks = await instance.json<{ name: string; outcome: string; mend?: string }[]>("doctor");
  expect(checks.filter(({ outcome }) => outcome === "missing")).toEqual([]);
  expect(checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["kernel", "cgroups", "containerd", "gVisor", "nf_tables", "port", "disk"]),
  );
});

test("a second up is harmless, a wrong option is named, a command without a Fleetless says how to start one", async () => {
  const pid = await instance.pid();
  await instance.up();
  expect(await instance.pid()).toBe(pid);
  expect((await instance.run("up", "--isolation", "docker")).stderr).toContain(
    "--isolation is auto, gvisor, runc, not docker",
  );
  const elsewhere = await instance.run("--data-directory", join(directory, "none"), "status");
  expect(elsewhere).toMatchObject({ code: 1 });
  expect(elsewhere.stderr).toContain("fleetless up --detach");
});

test("images come in as docker archives, OCI archives and directories", async () => {
  const layout = join(directory, "layout");
  const { withBusyboxImage } = await import("../../scripts/quickstart/busybox-image.ts");
  await withBusyboxImage("fleetless.test/forms:1", "forms\n", async (built) => {
    spawnSync("cp", ["-r", built, layout]);
  });
  const copy = (target: string): void => {
    const copied = spawnSync("skopeo", ["copy", `oci:${layout}:fleetless.test/forms:1`, target], { encoding: "utf8" });
    expect(copied.stderr).toBe("");
  };
  copy(`docker-archive:${join(directory, "docker.tar")}:fleetless.test/forms:docker`);
  copy(`oci-archive:${join(directory, "oci.tar")}:fleetless.test/forms:oci`);
  const imported = async (path: string): Promise<string[]> =>
    (await instance.json<{ images: { references: string[] }[] }>("image", "import", path)).images.flatMap(
      ({ references }) => references,
    );
  expect(await imported(layout)).toEqual(["fleetless.test/forms:1"]);
  expect(await imported(join(directory, "docker.tar"))).toEqual(["fleetless.test/forms:docker"]);
  expect(await imported(join(directory, "oci.tar"))).toEqual(["fleetless.test/forms:oci"]);
  expect((await instance.run("image", "import", join(directory, "nothing"))).code).toBe(1);
});

test("--strict refuses the well-known key", async () => {
  const strict = await createInstance();
  try {
    await strict.up("--strict");
    const refusal = await runWith(strict, "aws", ["sts", "get-caller-identity"]).catch((error: Error) => error.message);
    expect(refusal).toContain("InvalidClientTokenId");
  } finally {
    await strict.purge();
  }
});
