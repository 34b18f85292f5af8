import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildImageLayout } from "@fleetless/node-agent";

const applets = [
  ..."cat chmod date dd df echo env false grep head hostname httpd id ip kill ln ls mkdir mknod mount".split(" "),
  ..."nc nslookup od ping printf ps rm seq sh sleep stat tail test timeout touch tr true uname wc wget yes".split(" "),
];

/**
 * Builds an image of the machine's own static busybox, which needs no network. `use` gets the OCI layout,
 * which is gone afterwards. The image has a user `app` (1000) and a page at /www/index.html.
 */
export const withBusyboxImage = async <Result>(
  reference: string,
  page: string,
  use: (layout: string) => Promise<Result>,
): Promise<Result> => {
  const directory = mkdtempSync(join(tmpdir(), "fleetless-image-"));
  try {
    await buildImageLayout({
      directory,
      reference,
      files: [
        { path: "bin/busybox", mode: 0o755, sourcePath: "/bin/busybox" },
        ...applets.map((applet) => ({ path: `bin/${applet}`, mode: 0o777, linkTo: "busybox" })),
        { path: "tmp", mode: 0o1777 },
        { path: "etc/passwd", mode: 0o644, content: "root:x:0:0:root:/:/bin/sh\napp:x:1000:1000:app:/:/bin/sh\n" },
        { path: "etc/group", mode: 0o644, content: "root:x:0:\napp:x:1000:\n" },
        { path: "www/index.html", mode: 0o644, content: page },
      ],
      config: { Cmd: ["sh"], Env: ["PATH=/bin"], WorkingDir: "/" },
    });
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
