import { execFile } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FleetlessInstance } from "./instance.ts";
import { findTerraform } from "./terraform-installation.ts";

interface TerraformResult {
  readonly code: number;
  readonly output: string;
}

/** Unmodified Terraform with a copy of a configuration, against an instance. */
export class Terraform {
  readonly #program: string;
  readonly #directory: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** Throws where the machine has no Terraform. */
  constructor(instance: FleetlessInstance, configuration: string) {
    const installation = findTerraform();
    if (installation === undefined) throw new Error("There is no Terraform with an AWS provider on this machine.");
    this.#program = installation.program;
    this.#directory = join(instance.dataDirectory, "terraform");
    mkdirSync(this.#directory, { recursive: true });
    cpSync(configuration, this.#directory, { recursive: true });
    const settings = join(this.#directory, "terraformrc");
    const mirror = `filesystem_mirror { path = ${JSON.stringify(installation.mirror)} }`;
    writeFileSync(settings, `provider_installation {\n  ${mirror}\n}\n`);
    this.#environment = {
      ...instance.environment,
      TF_CLI_CONFIG_FILE: settings,
      TF_IN_AUTOMATION: "1",
      CHECKPOINT_DISABLE: "1",
      TF_CLI_ARGS: "-no-color",
    };
  }

  async init(): Promise<void> {
    await this.#succeed("init", "-input=false");
  }

  async apply(variables: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#succeed("apply", "-auto-approve", "-input=false", ...variableOptions(variables));
  }

  /** What would change; empty where nothing would. */
  async plan(variables: Readonly<Record<string, string>> = {}): Promise<string> {
    const result = await this.#run("plan", "-detailed-exitcode", "-input=false", ...variableOptions(variables));
    if (result.code === 0) return "";
    if (result.code === 2) return result.output;
    throw new Error(result.output);
  }

  async destroy(variables: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#succeed("destroy", "-auto-approve", "-input=false", ...variableOptions(variables));
  }

  /** The type and name of everything in its state. */
  async state(): Promise<readonly string[]> {
    const { output } = await this.#run("state", "list");
    return output.split("\n").filter((line) => line !== "" && !line.startsWith("data."));
  }

  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const values: Record<string, { readonly value: unknown }> = JSON.parse(await this.#succeed("output", "-json"));
    return Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value]));
  }

  async #succeed(...args: readonly string[]): Promise<string> {
    const { code, output } = await this.#run(...args);
    if (code !== 0) throw new Error(`terraform ${args.join(" ")} ended with ${code}: ${output}`);
    return output;
  }

  #run(...args: readonly string[]): Promise<TerraformResult> {
    return new Promise((resolve) => {
      execFile(
        this.#program,
        [...args],
        { cwd: this.#directory, env: this.#environment, maxBuffer: 16 * 1024 * 1024 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
          resolve({ code, output: code === 0 ? stdout : stdout + stderr });
        },
      );
    });
  }
}

const variableOptions = (variables: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`);
