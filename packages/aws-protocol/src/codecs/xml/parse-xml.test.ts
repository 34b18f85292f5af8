import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseXml } from "./parse-xml.ts";
import { XmlWriter, xmlAttribute } from "./xml-writer.ts";

describe("a document", () => {
  test("names lose their prefixes, entities and sections become text", () => {
    const root = parseXml(
      '\uFEFF<?xml version="1.0"?>\n<!-- c --><s:a xmlns:s="urn" t=\'1 "&lt;\'>x&amp;&#65;&#x42;<b/><![CDATA[<&]]></s:a>\n',
    );
    expect(root).toMatchObject({ name: "a", text: "x&AB<&", children: [{ name: "b", text: "" }] });
    expect(root.attributes.get("t")).toBe('1 "<');
  });

  test("any text and attribute comes back as it was written", () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(text, text, (content, attribute) => {
        const writer = new XmlWriter();
        writer.element("a", content, xmlAttribute("b", attribute));
        const root = parseXml(writer.toString());
        expect(root.text).toBe(content);
        expect(root.attributes.get("b")).toBe(attribute);
      }),
    );
  });
});

test.each([
  ["a document type", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
  ["an entity of its own", "<a>&x;</a>"],
  ["an entity that is a member of every object", "<a>&constructor;</a>"],
  ["a character beyond Unicode", "<a>&#x110000;</a>"],
  ["elements that cross", "<a><b></a></b>"],
  ["an open end", "<a><b></b>"],
  ["two roots", "<a/><b/>"],
  ["text outside the root", "<a/>x"],
  ["depth without end", "<a>".repeat(101) + "</a>".repeat(101)],
  ["nothing", ""],
])("%s is refused", (_name, text) => {
  expect(() => parseXml(text)).toThrow("The XML you provided was not well-formed");
});

test("a long document of unclosed tags takes no more time than its length", () => {
  const started = performance.now();
  expect(() => parseXml(`<a ${"b='c' ".repeat(200_000)}`)).toThrow();
  expect(() => parseXml("<".repeat(200_000))).toThrow();
  expect(performance.now() - started).toBeLessThan(2000);
});
