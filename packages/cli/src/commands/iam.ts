import type { Command } from "commander";
import { connect } from "../connection.ts";
import { CommandFailure } from "../failure.ts";
import { describeExplanation, describeSuggestion, type Explanation, type Suggestion } from "../permission-advice.ts";
import { settingsOf } from "../settings.ts";

const requestIdPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const addIam = (program: Command): void => {
  const iam = program.command("iam").description("who may do what, and why");
  iam
    .command("explain <request-id>")
    .description("which statement decided on a call, and the smallest policy that would allow it")
    .action(async (requestId: string, _options: object, command: Command) => {
      const id = requestId.toLowerCase();
      if (!requestIdPattern.test(id)) throw new CommandFailure(`${requestId} is not the id of a request`);
      const { dataDirectory, output } = settingsOf(command);
      const { local } = await connect(dataDirectory);
      const explanation = await local.get<Explanation>(`/calls/${id}/explanation`);
      output.result(explanation, describeExplanation(explanation));
    });
  iam
    .command("suggest <role>")
    .description("the least policy for what a role or user really called")
    .action(async (role: string, _options: object, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const { local } = await connect(dataDirectory);
      const suggestion = await local.get<Suggestion>(`/identities/${encodeURIComponent(role)}/suggested-policy`);
      output.result(suggestion, describeSuggestion(suggestion));
    });
};
