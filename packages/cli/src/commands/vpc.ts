import type { Command } from "commander";
import { ec2Client } from "../clients.ts";
import { connect } from "../connection.ts";
import { settingsOf } from "../settings.ts";
import { drawVpc } from "../vpc/draw-vpc.ts";
import { findVpc, readVpc } from "../vpc/read-vpc.ts";

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
};
