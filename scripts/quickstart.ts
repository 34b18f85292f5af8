import { execFile } from "node:child_process";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type CostReport, dollars } from "../packages/cli/src/cost-text.ts";
import { drawTimeline, type TimelineStep } from "../packages/cli/src/timeline.ts";
import { withBusyboxImage } from "./quickstart/busybox-image.ts";
import { Demo } from "./quickstart/demo-task.ts";
import { fleetless } from "./quickstart/fleetless-command.ts";

interface Status {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
}

const json = process.argv.includes("--json");
const visitMilliseconds = 30_000;

const say = (text: string): void => {
  if (!json) process.stdout.write(`${text}\n`);
};

/** Says what is going on and how long it took. */
const during = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
  if (!json) process.stderr.write(`${what} …`);
  const started = Date.now();
  const result = await work();
  if (!json) process.stderr.write(` ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  return result;
};

/** What an unmodified curl gets; asked again until the web server listens. */
const visit = async (address: string): Promise<string> => {
  const deadline = Date.now() + visitMilliseconds;
  for (;;) {
    try {
      return (await promisify(execFile)("curl", ["-sS", "--max-time", "2", `http://${address}/`])).stdout.trim();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
};

const main = async (): Promise<void> => {
  const status = await during("Starting Fleetless", () => fleetless<Status>("up", "--detach"));
  const { reference } = await during("Building the demo image and pushing it to the registry", () =>
    withBusyboxImage("hello:1", "Hello from a task on Fleetless\n", (layout) =>
      fleetless<{ reference: string }>("image", "push", layout, "hello:1"),
    ),
  );
  const demo = new Demo(status, { accessKeyId: "test", secretAccessKey: "test" });
  const { task, subnets, securityGroup } = await during("Running the task", () => demo.task());
  const { privateAddress, publicAddress } = await demo.addresses(task);
  const answer = await during("Asking the task for its page", () => visit(publicAddress));
  const timeline = await fleetless<readonly TimelineStep[]>("task", "timeline", task.taskArn ?? "");
  if (json) {
    process.stdout.write(`${JSON.stringify({ taskArn: task.taskArn, privateAddress, publicAddress, timeline })}\n`);
    return;
  }
  say(`\nTask             ${task.taskArn}`);
  say(`Image            ${reference}`);
  say(`Private address  ${privateAddress}`);
  say(`Public address   ${publicAddress}`);
  say(`curl http://${publicAddress}/ answers: ${answer}`);
  say(`\nLaunch timeline\n${drawTimeline(timeline, task.createdAt)}`);
  say("\nLive logs of the next seconds");
  await followLogs(demo, task);
  say(await costLine(task.taskArn ?? ""));
  say(commandsByHand(status, subnets, securityGroup, publicAddress));
};

const costLine = async (taskArn: string): Promise<string> => {
  const { total, unpriced } = await fleetless<CostReport>("cost", "--task", taskArn);
  const [unknown] = unpriced;
  return unknown === undefined
    ? `\nOn AWS Fargate this task would have cost ${dollars(total.costs.asRun)} so far, and ${dollars(total.monthly)} a month (./fleetless cost)`
    : `\nWhat this task would cost on AWS is not known: there are no prices of ${unknown.region} (./fleetless cost --price-region)`;
};

const followLogs = async (demo: Demo, task: Parameters<Demo["logLines"]>[0]): Promise<void> => {
  const since = task.createdAt?.getTime() ?? 0;
  let shown = 0;
  for (const deadline = Date.now() + 8_000; Date.now() < deadline; await sleep(500)) {
    const lines = await demo.logLines(task, since);
    for (const line of lines.slice(Math.max(shown, lines.length - 10))) say(`  ${line}`);
    shown = lines.length;
  }
};

const commandsByHand = (
  { endpoint, region }: Status,
  subnets: readonly string[],
  securityGroup: string,
  publicAddress: string,
): string => `
The same by hand, with the AWS CLI:

  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
  aws ecs list-tasks
  aws ecs run-task --task-definition hello --launch-type FARGATE --network-configuration \\
    'awsvpcConfiguration={subnets=[${subnets[0]}],securityGroups=[${securityGroup}],assignPublicIp=ENABLED}'
  aws ecr describe-images --repository-name hello
  aws ecr get-login-password | docker login -u AWS --password-stdin ${new URL(endpoint).host}
  aws logs tail /fleetless/hello --follow
  curl http://${publicAddress}/

Fleetless goes on running: ./fleetless status, ./fleetless task ls, ./fleetless down, ./fleetless down --purge.`;

try {
  await main();
} catch (error) {
  const sentence = error instanceof Error ? error.message : String(error);
  if (json) process.stdout.write(`${JSON.stringify({ error: sentence })}\n`);
  else process.stderr.write(`\nquickstart: ${sentence}\n`);
  process.exitCode = 1;
}
