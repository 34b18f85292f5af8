import { createHmac, hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ChunkChain, decodeChunkedPayload } from "./chunked-payload.ts";
import { deriveSigningKey } from "./signing-key.ts";

const scope = { date: "20130524", region: "us-east-1", service: "s3" };

/** The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html */
const published: ChunkChain = {
  key: deriveSigningKey("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", scope),
  scope,
  amzDate: "20130524T000000Z",
  seedSignature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
};
const chunk = (length: number, signature: string): string =>
  `${length.toString(16)};chunk-signature=${signature}\r\n${"a".repeat(length)}\r\n`;
const publishedBody =
  chunk(65_536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648") +
  chunk(1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497") +
  chunk(0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");

describe("signed chunks", () => {
  test("AWS's published example", () => {
    const { body } = decodeChunkedPayload(Buffer.from(publishedBody), published);
    expect(body.toString()).toBe("a".repeat(66_560));
  });

  test.each([
    ["another byte", publishedBody.replace("aaa", "aba")],
    ["another order", publishedBody.replace("ad80c", "0055c")],
    ["no signature", publishedBody.replace(/;chunk-signature=\w+/, "")],
  ])("%s is refused", (_name, body) => {
    expect(() => decodeChunkedPayload(Buffer.from(body), published)).toThrow(/does not match/);
  });

  test("trailers are under the last signature", () => {
    const sign = (algorithm: string, ...lines: string[]): string =>
      createHmac("sha256", published.key)
        .update([algorithm, published.amzDate, "20130524/us-east-1/s3/aws4_request", ...lines].join("\n"))
        .digest("hex");
    const empty = hash("sha256", "", "hex");
    const last = sign("AWS4-HMAC-SHA256-PAYLOAD", published.seedSignature, empty, empty);
    const trailer = sign("AWS4-HMAC-SHA256-TRAILER", last, hash("sha256", "x-amz-checksum-crc32:AAAAAA==\n", "hex"));
    const body = `0;chunk-signature=${last}\r\nx-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:${trailer}\r\n\r\n`;
    expect(decodeChunkedPayload(Buffer.from(body), published).trailers.get("x-amz-checksum-crc32")).toBe("AAAAAA==");
    expect(() => decodeChunkedPayload(Buffer.from(body.replace("AAAAAA==", "BAAAAA==")), published)).toThrow();
    expect(() => decodeChunkedPayload(Buffer.from(body.replace(/x-amz-trailer.*/, "")), published)).toThrow();
  });
});

describe("unsigned chunks", () => {
  test("any split of any body comes back whole", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 }), (parts) => {
        const encoded = Buffer.concat([
          ...parts.flatMap((part) => [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n")]),
          Buffer.from("0\r\nx-amz-checksum-crc32:abc=\r\n\r\n"),
        ]);
        const decoded = decodeChunkedPayload(encoded, undefined);
        expect(decoded.body).toEqual(Buffer.concat(parts));
        expect(decoded.trailers.get("x-amz-checksum-crc32")).toBe("abc=");
      }),
    );
  });

  test("arbitrary bytes are refused or read, and nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decodeChunkedPayload(Buffer.from(bytes), undefined);
        } catch (thrown) {
          expect(thrown).toMatchObject({ name: "ServiceError", code: "IncompleteBody" });
        }
      }),
    );
  });
});
