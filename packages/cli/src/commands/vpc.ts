import { type Command, InvalidArgumentError } from "commander";
import { ec2Client, ecsClient } from "../clients.ts";
import { connect } from "../connection.ts";
import { capture } from "../sessions/capture.ts";
import { settingsOf } from "../settings.ts";
import { findTask, taskIdOf } from "../task-lookup.ts";
import { describePacket, type PacketExplanation, sourcePortOf, trafficOf } from "../vpc/describe-packet.ts";
import { drawVpc } from "../vpc/draw-vpc.ts";
import { packetEnd } from "../vpc/packet-ends.ts";
import { findVpc, readVpc } from "../vpc/read-vpc.ts";

interface PacketOptions {
  readonly cluster: string;
  readonly sourcePort?: string;
}

interface CaptureOptions {
  readonly cluster: string;
  readonly output?: string;
  readonly filter: string;
  readonly duration: number;
  readonly packets?: number;
}

const wholeNumber = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It is a whole number from 1 on.");
  return Number(text);
};

export const addVpc = (program: Command): void => {
  const vpc = program.command("vpc").description("virtual networks");
  vpc
    .command("show [vpc]")
    .description("a VPC as a tree, by its id or name; the default one where none is named")
    .action(async (named: string | undefined, _options: object, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const ec2 = await ec2Client(await connect(dataDirectory));
      const contents = await readVpc(ec2, await findVpc(ec2, named));
      output.result(contents, drawVpc(contents));
    });
  vpc
    .command("why <from> <to> <port>")
    .description("whether a packet passes, and why; <from> and <to> are tasks, interfaces, addresses or `internet`")
    .option("--cluster <name>", "where tasks are looked for", "default")
    .option(
      "--source-port <port>",
      "where the connection is opened from; 1024 to 65535 must all get answers without it",
    )
    .action(async (from: string, to: string, port: string, options: PacketOptions, command: Command) => {
      const { cluster, sourcePort } = options;
      const traffic = {
        ...trafficOf(port),
        ...(sourcePort === undefined ? {} : { sourcePort: sourcePortOf(sourcePort) }),
      };
      const { dataDirectory, output } = settingsOf(command);
      const connection = await connect(dataDirectory);
      const clients = { ec2: await ec2Client(connection), ecs: await ecsClient(connection) };
      const ends = {
        from: await packetEnd(clients, cluster, from, to),
        to: await packetEnd(clients, cluster, to, from),
      };
      const explanation = await connection.local.post<PacketExplanation>("/packets/explanation", {
        ...ends,
        ...traffic,
      });
      output.result(explanation, describePacket(explanation));
    });
  vpc
    .command("capture <task>")
    .description("the packets of a task's interface as a pcap, until Ctrl-C")
    .option("--cluster <name>", "where the task is looked for", "default")
    .option("--output <file>", "where they are written, - for standard output; <task>.pcap where left out")
    .option("--filter <expression>", "only packets that match, in the language of pcap-filter(7)", "")
    .option("--duration <seconds>", "ends by itself after so long, an hour at most", wholeNumber, 60)
    .option("--packets <count>", "ends by itself after so many", wholeNumber)
    .action(async (named: string, options: CaptureOptions, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const connection = await connect(dataDirectory);
      const task = await findTask(await ecsClient(connection), options.cluster, named);
      const file = options.output ?? `${taskIdOf(task)}.pcap`;
      const { cluster, filter, duration: seconds, packets } = options;
      const request = { cluster, task: taskIdOf(task), filter, seconds, ...(packets === undefined ? {} : { packets }) };
      const result = await capture(connection, request, file, () => output.progress("Capturing, Ctrl-C ends it"));
      const lost = result.dropped === 0 ? "" : `, ${result.dropped} were lost since they came too fast`;
      const told = `${result.packets} packets in ${file}${lost}`;
      if (file === "-") output.progress(told);
      else output.result({ output: file, ...result }, told);
    });
};
