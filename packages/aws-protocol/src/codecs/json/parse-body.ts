import { parsing } from "../serialisation-error.ts";

/** The JSON value of a body; an empty body counts as an empty structure. */
export const parseJsonBody = (body: Buffer): unknown =>
  body.length === 0 ? {} : parsing("JSON document", () => JSON.parse(body.toString("utf8")));
