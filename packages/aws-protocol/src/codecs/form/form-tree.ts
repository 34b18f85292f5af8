import { defineError } from "@fleetless/kernel";
import { serialisationError } from "../serialisation-error.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
const malformedQueryString = defineError(
  "MalformedQueryString",
  404,
  (index: string) =>
    `The query string contains a syntax error: '${index.slice(0, 64)}' is no index of a list (1 to 999999999)`,
);

/** The parameters of a Query request as a tree: `A.B.1=x` is under A, then B, then 1. */
export interface FormNode {
  text: string | undefined;
  children: Map<string, FormNode> | undefined;
}

const maximumDepth = 64;

export const formTree = (pairs: readonly (readonly [string, string])[]): FormNode => {
  const root: FormNode = { text: undefined, children: undefined };
  for (const [name, value] of pairs) {
    const segments = name.split(".", maximumDepth + 1);
    if (segments.length > maximumDepth) throw serialisationError("A parameter's name is nested too deeply");
    let node = root;
    for (const segment of segments) {
      node.children ??= new Map();
      let child = node.children.get(segment);
      if (child === undefined) {
        child = { text: undefined, children: undefined };
        node.children.set(segment, child);
      }
      node = child;
    }
    node.text = value;
  }
  return root;
};

/**
 * A node's children that are named by a number, in the order of the numbers, which may leave gaps. Throws
 * MalformedQueryString where a number can be no element's: an element must not get lost unsaid.
 */
export const numberedChildren = (node: FormNode): readonly FormNode[] => {
  const numbered: [number, FormNode][] = [];
  for (const [name, child] of node.children ?? []) {
    if (/^\d{1,9}$/.test(name)) numbered.push([Number(name), child]);
    else if (/^[+-]?\d/.test(name)) throw malformedQueryString(name);
  }
  return numbered.sort(([a], [b]) => a - b).map(([, child]) => child);
};
