/** https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#responses */
export const cborHeaders = (requestId: string): Record<string, string> => ({
  "content-type": "application/cbor",
  "smithy-protocol": "rpc-v2-cbor",
  "x-amzn-requestid": requestId,
});
