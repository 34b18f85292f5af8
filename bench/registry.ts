import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { table } from "../packages/cli/src/output.ts";
import { type Subject, startDockerRegistry, startOurs } from "./registry/subject.ts";

/** Push and pull of one blob with curl, beside Debian's docker-registry and beside a file's copy, in turn. */
const mebibytes = Number(process.env.FLEETLESS_BENCH_MEBIBYTES ?? 256);
const rounds = Number(process.env.FLEETLESS_BENCH_ROUNDS ?? 5);

const directory = mkdtempSync(join(tmpdir(), "fleetless-bench-blob-"));
const blob = join(directory, "blob");

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const timed = (work: () => void): number => {
  const started = performance.now();
  work();
  return performance.now() - started;
};

const curl = (subject: Subject, ...args: readonly string[]): string =>
  execFileSync("curl", ["-sS", "--fail", ...subject.login, ...args], { encoding: "utf8" });

const push = (subject: Subject, digest: string): number => {
  const started = curl(
    subject,
    "-X",
    "POST",
    "-D",
    "-",
    "-o",
    "/dev/null",
    `${subject.endpoint}/v2/bench/blobs/uploads/`,
  );
  const location = new URL(/^location: (\S+)/im.exec(started)?.[1] ?? "", subject.endpoint);
  location.searchParams.set("digest", digest);
  const type = ["-H", "content-type: application/octet-stream", "-H", "expect:"];
  return timed(() => curl(subject, ...type, "-X", "PUT", "-T", blob, location.href));
};

const pull = (subject: Subject, digest: string): number =>
  timed(() => curl(subject, "-o", "/dev/null", `${subject.endpoint}/v2/bench/blobs/${digest}`));

/** What the disk takes: a copy of the file that is durable when it ends. */
const copy = (): number =>
  timed(() => {
    const target = join(directory, "copy");
    copyFileSync(blob, target);
    const file = openSync(target, "r+");
    fsyncSync(file);
    closeSync(file);
  });

const bytes = randomBytes(mebibytes * 1024 * 1024);
const subjects: Subject[] = [await startOurs()];
const other = await startDockerRegistry();
if ("endpoint" in other) subjects.push(other);
const pushes = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
const pulls = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
const copies: number[] = [];
try {
  for (let round = 0; round < rounds; round += 1) {
    bytes.writeUInt32BE(round, 0);
    writeFileSync(blob, bytes);
    const digest = `sha256:${createHash("sha256").update(readFileSync(blob)).digest("hex")}`;
    copies.push(copy());
    for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
      pushes.get(subject)?.push(push(subject, digest));
      pulls.get(subject)?.push(pull(subject, digest));
    }
  }
} finally {
  for (const subject of subjects) await subject.close();
  rmSync(directory, { recursive: true, force: true });
}

const rate = (milliseconds: number): string => `${((mebibytes / milliseconds) * 1000).toFixed(0)} MiB/s`;
const row = (name: string, values: readonly number[], beside: string, others: readonly number[]): readonly string[] => [
  name,
  `${median(values).toFixed(0)} ms (${rate(median(values))}, least ${Math.min(...values).toFixed(0)} ms)`,
  beside,
  others.length === 0 ? "" : `${(median(values) / median(others)).toFixed(2)} ×`,
];
const [ours, theirs] = subjects;
const figures = (of: Map<Subject, number[]>, subject: Subject | undefined): readonly number[] =>
  (subject === undefined ? undefined : of.get(subject)) ?? [];
const beside = theirs === undefined ? ("reason" in other ? other.reason : "") : theirs.name;
process.stdout.write(
  `${table([
    [`a blob of ${mebibytes} MiB (medians of ${rounds})`, "value", "beside", "time as a multiple"],
    row("push", figures(pushes, ours), beside, figures(pushes, theirs)),
    row("push", figures(pushes, ours), "copy and fsync of the file", copies),
    row("pull", figures(pulls, ours), beside, figures(pulls, theirs)),
    ...(theirs === undefined ? [] : [row(`push to ${beside}, which does not sync`, figures(pushes, theirs), "", [])]),
    ...(theirs === undefined ? [] : [row(`pull from ${beside}`, figures(pulls, theirs), "", [])]),
    row("copy and fsync of the file", copies, "", []),
  ])}\n`,
);
