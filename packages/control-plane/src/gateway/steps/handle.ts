import { checkOutput, isStructureValue, type OperationModel, type StructureValue } from "@fleetless/aws-protocol";
import type { Call } from "../call.ts";
import type { BoundOperation } from "../operation.ts";

/** Lets the service answer. An output that its schema does not know is our mistake, and said where asked for. */
export const handle = async (
  bound: BoundOperation,
  input: unknown,
  call: Call,
  operation: OperationModel,
  verify: boolean,
): Promise<StructureValue> => {
  const output = (await bound.handle(input, call)) ?? {};
  if (!isStructureValue(output)) throw new TypeError(`${operation.name} answered with something that is no structure`);
  if (verify) checkOutput(operation.output, output);
  return output;
};
