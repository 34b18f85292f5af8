import type { GoldenExchange } from "./exchange.ts";

export const json: GoldenExchange = {
  name: "AWS JSON 1.1",
  model: () => import("@aws-sdk/client-ecs"),
  operation: "StopTask",
  request: `POST / HTTP/1.1
content-type: application/x-amz-json-1.1
x-amz-target: AmazonEC2ContainerServiceV20141113.StopTask

{"cluster":"default","task":"0123","reason":"we \\u00fcse \\"quotes\\"","unknownMember":{"a":1}}`,
  input: { cluster: "default", task: "0123", reason: 'we üse "quotes"' },
  output: {
    task: {
      taskArn: "arn:aws:ecs:us-east-1:123456789012:task/default/0123",
      createdAt: new Date("2026-03-04T05:06:07.250Z"),
      containers: [{ name: "web", exitCode: 0 }],
      tags: [],
      version: undefined,
    },
  },
  response: `200
content-type: application/x-amz-json-1.1
x-amzn-requestid: 11111111-2222-4333-8444-555555555555

{"task":{"containers":[{"name":"web","exitCode":0}],"createdAt":1772600767.25,"tags":[],"taskArn":"arn:aws:ecs:us-east-1:123456789012:task/default/0123"}}`,
  error: { code: "ClusterNotFoundException", status: 400, message: "Cluster not found." },
  errorResponse: `400
content-type: application/x-amz-json-1.1
x-amzn-requestid: 11111111-2222-4333-8444-555555555555

{"__type":"ClusterNotFoundException","message":"Cluster not found."}`,
};
