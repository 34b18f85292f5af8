import type { GoldenExchange } from "./exchange.ts";

/** Bodies in hexadecimal digits; the names in them are those of RFC 8949's diagnostic notation beside them. */
export const rpcV2Cbor: GoldenExchange = {
  name: "RPC v2 CBOR",
  binary: true,
  model: () => import("@aws-sdk/client-cloudwatch"),
  operation: "SetAlarmState",
  // {"AlarmName": "a", "StateValue": "OK", "StateReason": "r"}
  request: `POST /service/GraniteServiceVersion20100801/operation/SetAlarmState HTTP/1.1
content-type: application/cbor
smithy-protocol: rpc-v2-cbor

a3
69 416c61726d4e616d65 61 61
6a 537461746556616c7565 62 4f4b
6b 5374617465526561736f6e 61 72`,
  input: { AlarmName: "a", StateValue: "OK", StateReason: "r" },
  output: {},
  response: `200
smithy-protocol: rpc-v2-cbor
x-amzn-requestid: 11111111-2222-4333-8444-555555555555

`,
  error: { code: "ResourceNotFound", status: 404, message: "no" },
  // {"__type": "com.amazonaws.cloudwatch#ResourceNotFound", "message": "no"}
  errorResponse: `404
content-type: application/cbor
smithy-protocol: rpc-v2-cbor
x-amzn-query-error: ResourceNotFound;Sender
x-amzn-requestid: 11111111-2222-4333-8444-555555555555

a2
66 5f5f74797065 7829 636f6d2e616d617a6f6e6177732e636c6f756477617463682352 65736f757263654e6f74466f756e64
67 6d657373616765 62 6e6f`,
};
