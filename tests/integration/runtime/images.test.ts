import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommand } from "../../../packages/node-agent/src/machine/run-command.ts";
import {
  buildImageLayout,
  layerOf,
  tarOf,
  writeImageLayout,
} from "../../../packages/node-agent/src/runtime/images/build-layout.ts";
import { busyboxFiles, Machine, signal } from "./machine.ts";

let machine: Machine;
let layout: string;
beforeAll(async () => {
  machine = await Machine.create();
  layout = await mkdtemp(join(machine.directory, "layout-"));
  await buildImageLayout({
    directory: layout,
    reference: "kept:1",
    files: busyboxFiles,
    config: { Cmd: ["/bin/echo", "imported"] },
  });
});
afterAll(() => machine.close());

it("imports a directory, an OCI archive and docker archives as skopeo writes them", async () => {
  const oci = join(machine.directory, "oci.tar");
  const docker = join(machine.directory, "docker.tar");
  const source = `oci:${layout}:kept:1`;
  await runCommand("skopeo", ["--insecure-policy", "copy", source, `oci-archive:${oci}:kept:2`]);
  await runCommand("skopeo", ["--insecure-policy", "copy", source, `docker-archive:${docker}:kept:3`]);
  await runCommand("gzip", ["-k", docker]);
  const imported = [layout, oci, docker].map((path) => machine.runtime.importImage(path));
  expect((await Promise.all(imported)).flat().map((image) => image.references)).toEqual(
    [1, 2, 3].map((tag) => [`docker.io/library/kept:${tag}`]),
  );
  await machine.runtime.importImage(`${docker}.gz`, { reference: "kept:4" });
  for (const tag of [1, 2, 3, 4]) expect((await machine.runOne({ image: `kept:${tag}` })).output).toBe("imported\n");
  expect(await readdir(join(machine.directory, "runtime", "imports"))).toEqual([]);
});

it("says what is wrong with a file that is no image", async () => {
  const path = join(machine.directory, "nonsense");
  await writeFile(path, "not an image");
  await expect(machine.runtime.importImage(path)).rejects.toThrow(/neither an OCI archive|not a tar archive/);
  await expect(machine.runtime.importImage(join(machine.directory, "absent"))).rejects.toThrow("does not exist");
});

interface Entry {
  readonly name: string;
  readonly type?: "symlink" | "link" | "block-device";
  readonly linkname?: string;
}

const maliciousTar = async (entries: readonly Entry[]): Promise<Buffer> => {
  const archive = pack();
  const whole = buffer(archive);
  for (const { name, type, linkname } of entries) {
    const header = { name, mode: 0o644, ...(linkname === undefined ? {} : { linkname }) };
    if (type === undefined) archive.entry(header, "escaped\n");
    else archive.entry({ ...header, type, ...(type === "block-device" ? { devmajor: 254, devminor: 0 } : {}) });
  }
  archive.finalize();
  return await whole;
};

it.each<readonly [string, (victim: string) => readonly Entry[]]>([
  ["a path that climbs out", (victim) => [{ name: `../../../../../../../../../..${victim}/owned` }]],
  ["an absolute path", (victim) => [{ name: `${victim}/owned` }]],
  [
    "a symbolic link that leads out",
    (victim) => [{ name: "door", type: "symlink", linkname: victim }, { name: "door/owned" }],
  ],
  [
    "a hard link that leads out",
    (victim) => [{ name: "door", type: "link", linkname: `../../../../../../../../../..${victim}/secret` }],
  ],
])("lets no layer write or reach outside by %s", async (_name, entries) => {
  const victim = await mkdtemp(join(machine.directory, "victim-"));
  await writeFile(join(victim, "secret"), "only here\n");
  const directory = await mkdtemp(join(machine.directory, "malicious-"));
  const layers = [layerOf(await tarOf(busyboxFiles)), layerOf(await maliciousTar(entries(victim)))];
  await writeImageLayout({ directory, reference: "malicious", layers, config: { Cmd: ["/bin/cat", "/door"] } });
  const imported = await machine.runtime.importImage(directory).then(
    () => true,
    () => false,
  );
  expect(await readdir(victim)).toEqual(["secret"]);
  if (imported) expect((await machine.runOne({ image: "malicious" })).output).not.toContain("only here");
});

it("lets no device node in a layer be opened", async () => {
  const directory = await mkdtemp(join(machine.directory, "device-"));
  const layers = [
    layerOf(await tarOf(busyboxFiles)),
    layerOf(await maliciousTar([{ name: "disk", type: "block-device" }])),
  ];
  await writeImageLayout({ directory, reference: "device", layers, config: {} });
  await machine.runtime.importImage(directory);
  const { output } = await machine.runOne({
    image: "device",
    script: "ls -la /disk; dd if=/disk of=/dev/null bs=512 count=1 2>/dev/null && echo REACHED; echo tried",
  });
  expect(output).toContain("tried");
  expect(output).not.toContain("REACHED");
});

it("looks users up in the image alone, wherever its links point", async () => {
  await machine.importFiles(
    [
      { path: "bin" },
      { path: "bin/sh", mode: 0o755, sourcePath: "/usr/bin/busybox" },
      { path: "bin/id", linkTo: "sh" },
      { path: "etc" },
      { path: "etc/passwd", linkTo: "../../../../../../../../etc/real" },
      { path: "etc/real", content: "inner:x:4321:4321::/:/bin/sh\n" },
    ],
    "linked",
  );
  expect((await machine.runOne({ image: "linked", user: "inner", script: "id -u" })).output).toBe("4321\n");
  await expect(machine.runOne({ image: "linked", user: "daemon", script: "id -u" })).rejects.toMatchObject({
    name: "CannotCreateContainerError",
    message: "unable to find user daemon: no matching entries in passwd file",
  });
});

it("knows an image again after a restart without any work", async () => {
  await machine.runtime.importImage(layout);
  await machine.reopen();
  expect(await machine.runtime.prepareImage("kept:1", signal)).toMatchObject({
    reference: "docker.io/library/kept:1",
    command: ["/bin/echo", "imported"],
  });
});
