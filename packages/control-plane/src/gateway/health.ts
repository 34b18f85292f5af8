import type { HttpResponse } from "@fleetless/aws-protocol";
import manifest from "../../package.json" with { type: "json" };

export const healthPath = "/_fleetless/health";

/** Answers without a signature, so that anything may ask whether Fleetless is up. */
export const healthResponse: HttpResponse = {
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ status: "ok", version: manifest.version }),
};
