import type { GoldenExchange } from "./exchange.ts";

export const restJson: GoldenExchange = {
  name: "REST-JSON",
  model: () => import("@aws-sdk/client-eks"),
  operation: "UpdateNodegroupConfig",
  request: `POST /clusters/a%2Fb/node-groups/n/update-config HTTP/1.1
content-type: application/json

{"scalingConfig":{"minSize":1,"maxSize":3},"clientRequestToken":"t"}`,
  input: { clusterName: "a/b", nodegroupName: "n", scalingConfig: { minSize: 1, maxSize: 3 }, clientRequestToken: "t" },
  output: { update: { id: "u", status: "InProgress", createdAt: new Date("2026-03-04T05:06:07Z") } },
  response: `200
content-type: application/json
x-amzn-requestid: 11111111-2222-4333-8444-555555555555

{"update":{"id":"u","status":"InProgress","createdAt":1772600767}}`,
  error: {
    code: "ResourceNotFoundException",
    status: 404,
    message: "No cluster found for name: a/b.",
    members: { clusterName: "a/b" },
  },
  errorResponse: `404
content-type: application/json
x-amzn-errortype: ResourceNotFoundException
x-amzn-requestid: 11111111-2222-4333-8444-555555555555

{"clusterName":"a/b","message":"No cluster found for name: a/b."}`,
};
