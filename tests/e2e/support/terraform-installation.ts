import { accessSync, constants, existsSync, globSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";

/** Terraform, and a file system mirror that holds its AWS provider. */
export interface TerraformInstallation {
  readonly program: string;
  /** https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror */
  readonly mirror: string;
}

/** Where Terraform itself looks, and where images of build machines have their plugins. */
const mirrors = [
  join(homedir(), ".terraform.d/plugins"),
  "/usr/local/share/terraform/plugins",
  "/usr/share/terraform/plugins",
  "/opt/tf-plugins",
];

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Undefined where there is no Terraform, or no AWS provider of version 5 that needs no download. */
export const findTerraform = (): TerraformInstallation | undefined => {
  const program = (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((directory) => join(directory, "terraform"))
    .find(isProgram);
  const mirror = mirrors.find(
    (path) => existsSync(path) && globSync("registry.terraform.io/hashicorp/aws/5.*", { cwd: path }).length > 0,
  );
  return program === undefined || mirror === undefined ? undefined : { program, mirror };
};
