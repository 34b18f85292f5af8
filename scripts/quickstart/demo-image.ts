import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildImageLayout } from "@fleetless/node-agent";

export const demoReference = "fleetless.local/hello:1";

const page = "Hello from a task on Fleetless\n";

const applets = ["sh", "httpd", "wget", "sleep", "echo", "cat", "ls", "ps", "id", "uname", "ip", "nslookup", "env"];

/** Builds the demo image from the machine's own static busybox; `use` gets the OCI layout, which is gone afterwards. */
export const withDemoImage = async <Result>(use: (layout: string) => Promise<Result>): Promise<Result> => {
  const directory = mkdtempSync(join(tmpdir(), "fleetless-demo-"));
  try {
    await buildImageLayout({
      directory,
      reference: demoReference,
      files: [
        { path: "/bin/busybox", mode: 0o755, sourcePath: "/bin/busybox" },
        ...applets.map((applet) => ({ path: `/bin/${applet}`, mode: 0o777, linkTo: "busybox" })),
        {
          path: "/etc/passwd",
          mode: 0o644,
          content: "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n",
        },
        { path: "/etc/group", mode: 0o644, content: "root:x:0:\nnogroup:x:65534:\n" },
        { path: "/www/index.html", mode: 0o644, content: page },
      ],
      config: { Cmd: ["sh"], Env: ["PATH=/bin"], WorkingDir: "/" },
    });
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
