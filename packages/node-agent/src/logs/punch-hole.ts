import { spawn } from "node:child_process";

/**
 * Gives the disk blocks of a range back while the file keeps its length, so that a writer that appends never
 * notices. fallocate(2), FALLOC_FL_PUNCH_HOLE. Throws where the file system cannot do it.
 */
export const punchHole = (path: string, offset: number, length: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      "fallocate",
      ["--punch-hole", "--offset", String(offset), "--length", String(length), "--", path],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(0, 500);
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`fallocate ended with ${code}: ${errors.trim()}`));
    });
  });
