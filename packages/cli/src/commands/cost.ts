import process from "node:process";
import type { Command } from "commander";
import { connect } from "../connection.ts";
import { adviceText, type CostAdvice, type CostReport, reportText } from "../cost-text.ts";
import { csvOf } from "../csv.ts";
import { CommandFailure } from "../failure.ts";
import type { LocalSocket } from "../local-socket.ts";
import { settingsOf } from "../settings.ts";

interface CostOptions {
  readonly by: string;
  readonly from?: string;
  readonly to?: string;
  readonly task?: string;
  readonly priceRegion?: string;
  readonly account?: string;
  readonly csv?: boolean;
}

type LineItem = Readonly<Record<string, string>>;

interface LineItemPage {
  readonly items: readonly LineItem[];
  readonly next?: object;
  readonly unpriced: readonly string[];
}

export const addCost = (program: Command): void => {
  const withSpan = (command: Command): Command =>
    command
      .option("--from <time>", "from this day or time of UTC on, such as 2026-11-01")
      .option("--to <time>", "up to this day or time of UTC, which is not part of it")
      .option("--account <number>", "whose tasks (default: those of the first account)")
      .option("--price-region <region>", "whose prices to use (default: those of each task's region)");
  const cost = withSpan(program.command("cost"))
    .description("what the tasks would have cost on AWS: on demand, on Spot, under a Compute Savings Plan")
    .option("--by <what>", "cluster, service, family, task, day or tag:<key>", "cluster")
    .option("--task <id>", "only this task")
    .option("--csv", "the bill's lines, in the columns of AWS's Cost and Usage Report")
    .action(async (options: CostOptions, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const { local } = await connect(dataDirectory);
      if (options.csv === true) {
        process.stdout.write(csvOf(await allLineItems(local, options)));
        return;
      }
      const report = await local.post<CostReport>("/cost/report", { ...queryOf(options), by: options.by });
      output.result(report, reportText(report, options.by));
    });
  cost
    .command("advice")
    .description("the smallest size that holds what was measured, with a fifth to spare")
    .action(async (_options: object, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const { local } = await connect(dataDirectory);
      const options = command.optsWithGlobals<CostOptions>();
      const advice = await local.post<readonly CostAdvice[]>("/cost/advice", queryOf(options));
      output.result(advice, adviceText(advice));
    });
};

const queryOf = ({ from, to, task, priceRegion, account }: CostOptions): object => ({
  ...(from === undefined ? {} : { from: timeOf("--from", from) }),
  ...(to === undefined ? {} : { to: timeOf("--to", to) }),
  ...(task === undefined ? {} : { task: task.slice(task.lastIndexOf("/") + 1) }),
  ...(priceRegion === undefined ? {} : { priceRegion }),
  ...(account === undefined ? {} : { accountId: account }),
});

/** A day, or a time with its zone; a time without one is UTC. */
const timeOf = (option: string, text: string): number => {
  const [, day, time = "", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? [];
  const at = day === undefined ? Number.NaN : Date.parse(time === "" ? day : `${day}T${time}${zone}`);
  if (Number.isNaN(at))
    throw new CommandFailure(`${option} ${text} is no day or time such as 2026-11-01 or 2026-11-01T12:00Z`);
  return at;
};

const allLineItems = async (local: LocalSocket, options: CostOptions): Promise<readonly LineItem[]> => {
  const items: LineItem[] = [];
  const unpriced = new Set<string>();
  let after: object | undefined;
  do {
    const page = await local.post<LineItemPage>("/cost/line-items", {
      ...queryOf(options),
      ...(after === undefined ? {} : { after }),
    });
    items.push(...page.items);
    for (const region of page.unpriced) unpriced.add(region);
    after = page.next;
  } while (after !== undefined);
  for (const region of unpriced)
    process.stderr.write(`Left out: tasks in ${region}, of which no prices are known (see --price-region)\n`);
  return items;
};
