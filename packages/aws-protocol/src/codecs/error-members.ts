import type { ServiceError } from "@fleetless/kernel";
import type { ErrorModel, ServiceModel } from "../model/service-model.ts";

/** The modelled shape of an error, where the service has one for its code. */
export const errorModelOf = (error: ServiceError, model: ServiceModel | undefined): ErrorModel | undefined =>
  model?.errors.get(error.code);

/** The error's members as its shape names them: the message is called `message` by some and `Message` by others. */
export const errorMembers = (error: ServiceError, errorModel: ErrorModel | undefined): Record<string, unknown> => {
  const messageMember = errorModel?.shape.members.find((member) => member.name.toLowerCase() === "message");
  return { ...error.members, [messageMember?.name ?? "message"]: error.message };
};

/** The other end of the blame: Query protocols say who was at fault. */
export const faultOf = (error: ServiceError): "Sender" | "Receiver" => (error.httpStatus < 500 ? "Sender" : "Receiver");
