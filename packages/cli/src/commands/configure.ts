import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import type { Command } from "commander";
import { connect } from "../connection.ts";
import { replaceSection } from "../profile-file.ts";
import { settingsOf } from "../settings.ts";

export const addConfigure = (program: Command): void => {
  program
    .command("configure")
    .description("write an AWS CLI profile for this Fleetless")
    .option("--profile <name>", "the profile's name", "fleetless")
    .option("--account <number>", "whose root user's (default: the first account's)")
    .action(async (options: { profile: string; account?: string }, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const { clientSettings, local } = await connect(dataDirectory);
      const { endpoint, region } = clientSettings;
      const credentials =
        options.account === undefined
          ? clientSettings.credentials
          : await local.get<RootAccessKey>(`/accounts/${encodeURIComponent(options.account)}/root-access-key`);
      const configPath = process.env.AWS_CONFIG_FILE ?? join(homedir(), ".aws", "config");
      const credentialsPath = process.env.AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), ".aws", "credentials");
      writeSection(configPath, `profile ${options.profile}`, { region, endpoint_url: endpoint, output: "json" });
      writeSection(credentialsPath, options.profile, {
        aws_access_key_id: credentials.accessKeyId,
        aws_secret_access_key: credentials.secretAccessKey,
      });
      const line = `export AWS_PROFILE=${options.profile} AWS_ENDPOINT_URL=${endpoint}`;
      output.result({ profile: options.profile, endpoint, region, configPath, credentialsPath, export: line }, line);
    });
};

interface RootAccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const writeSection = (path: string, section: string, values: Readonly<Record<string, string>>): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let before = "";
  try {
    before = readFileSync(path, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  writeFileSync(path, replaceSection(before, section, values), { mode: 0o600 });
};
