import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { belongingTo, machineSnapshot } from "./support/machine.ts";

let instance: FleetlessInstance;
beforeAll(async () => {
  instance = await createInstance();
});
afterAll(() => {
  rmSync(instance.dataDirectory, { recursive: true, force: true });
});

/** For the commands that follow, and for nobody else, the machine's programs can be removed and replaced. */
const ownPrograms = `
place=$1 change=$2
shift 2
mount -t tmpfs programs "$place"
for directory in /usr/bin /usr/sbin; do
  mkdir -p "$place$directory/upper" "$place$directory/work"
  mount -t overlay -o "lowerdir=$directory,upperdir=$place$directory/upper,workdir=$place$directory/work" programs "$directory"
done
eval "$change"
cd /
exec "$@"
`;

/** `fleetless <args>` on this machine as it would be after a change. */
const changed = (change: string, ...args: readonly string[]) => {
  const place = instance.dataDirectory;
  const own = ["--mount", "--propagation", "private", "sh", "-ec", ownPrograms, "sh", place, change];
  const { status, stdout, stderr } = spawnSync("unshare", [...own, ...args], {
    env: instance.environment,
    encoding: "utf8",
    timeout: 90_000,
  });
  return { status, stdout, stderr };
};

const brokenRunsc = `printf '#!/bin/sh\\necho out of order >&2\\nexit 1\\n' >/usr/bin/runsc; chmod +x /usr/bin/runsc`;

test.each<readonly [string, string, string, RegExp]>([
  ["runc", "rm /usr/sbin/runc", "runc", /lacks runc: apt-get install runc/],
  ["nft", "rm /usr/sbin/nft", "nft", /lacks nft: apt-get install nftables/],
  [
    "containerd",
    "rm /usr/bin/containerd /usr/bin/containerd-shim-runc-v2",
    "containerd",
    /lacks containerd, containerd-shim-runc-v2: apt-get install containerd /,
  ],
  ["ip", "rm /usr/bin/ip /usr/sbin/ip", "ip", /lacks ip: apt-get install iproute2/],
])("without %s, up and doctor say how to mend it, and nothing is left behind", async (_name, change, check, words) => {
  for (const detach of [["--detach"], []]) {
    const up = changed(change, instance.command, "up", ...detach);
    expect(up.status).toBe(1);
    expect(up.stderr).toMatch(words);
    expect(up.stderr.trim().split("\n").at(-1)).toMatch(/^fleetless: /);
    expect(up.stderr).not.toMatch(/ at .*:\d+:\d+/);
  }
  expect(belongingTo(await machineSnapshot(), instance.dataDirectory)).toEqual([]);
  const doctor = changed(change, instance.command, "doctor", "--json");
  expect(doctor.status).toBe(1);
  const checks: readonly { name: string; outcome: string; mend?: string }[] = JSON.parse(doctor.stdout);
  expect(checks.find(({ name }) => name === check)).toMatchObject({
    outcome: "missing",
    mend: expect.stringMatching(/^apt-get install /),
  });
});

test("with a gVisor that does not run, doctor warns, up refuses where it is asked for, and takes runc where not", async () => {
  const doctor = changed(brokenRunsc, instance.command, "doctor");
  expect(doctor.status).toBe(0);
  expect(doctor.stdout).toMatch(
    /^warning +gVisor +runsc .* failed: .*out of order.*: tasks are isolated by runc only$/m,
  );
  const asked = changed(brokenRunsc, instance.command, "up", "--detach", "--isolation", "gvisor");
  expect(asked.status).toBe(1);
  expect(asked.stderr).toMatch(/gVisor does not work on this machine: .*out of order.*choose --isolation runc/s);
  expect(belongingTo(await machineSnapshot(), instance.dataDirectory)).toEqual([]);
  const all = `"$0" up --detach >&2 && "$0" --json status; "$0" down --purge >&2`;
  const automatic = changed(brokenRunsc, "sh", "-c", all, instance.command);
  expect(JSON.parse(automatic.stdout)).toMatchObject({ isolation: "runc" });
  expect(belongingTo(await machineSnapshot(), instance.dataDirectory)).toEqual([]);
});

test("with a runc that does not run, doctor says so and how to mend it", () => {
  const doctor = changed("printf '#!/bin/sh\\nexit 9\\n' >/usr/sbin/runc", instance.command, "doctor");
  expect(doctor.status).toBe(1);
  expect(doctor.stdout).toMatch(
    /^MISSING +runc +\/usr\/sbin\/runc does not run: .*\n +→ apt-get install --reinstall runc$/m,
  );
});
