import type { Command } from "commander";
import { ec2Client, ecsClient } from "../clients.ts";
import { connect } from "../connection.ts";
import { settingsOf } from "../settings.ts";
import { describePacket, type PacketExplanation, sourcePortOf, trafficOf } from "../vpc/describe-packet.ts";
import { drawVpc } from "../vpc/draw-vpc.ts";
import { packetEnd } from "../vpc/packet-ends.ts";
import { findVpc, readVpc } from "../vpc/read-vpc.ts";

interface PacketOptions {
  readonly cluster: string;
  readonly sourcePort?: string;
}

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
      const ends = { from: await packetEnd(clients, cluster, from), to: await packetEnd(clients, cluster, to) };
      const explanation = await connection.local.post<PacketExplanation>("/packets/explanation", {
        ...ends,
        ...traffic,
      });
      output.result(explanation, describePacket(explanation));
    });
};
