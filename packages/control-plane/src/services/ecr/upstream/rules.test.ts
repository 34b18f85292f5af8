import { expect, test } from "vitest";
import { type PullThroughRule, upstreamOf } from "./rules.ts";

const rule = (prefix: string, upstreamRegistryUrl: string, more: Partial<PullThroughRule> = {}): PullThroughRule => ({
  accountId: "123456789012",
  region: "us-east-1",
  prefix,
  upstreamRegistryUrl,
  createdAt: 0,
  updatedAt: 0,
  ...more,
});

const rules = [
  rule("hub", "registry-1.docker.io"),
  rule("hub/mirror", "quay.io"),
  rule("k8s", "registry.k8s.io", { upstreamRepositoryPrefix: "images" }),
];

test.each([
  ["hub/nginx", "docker.io", "library/nginx"],
  ["hub/team/app", "docker.io", "team/app"],
  ["hub/mirror/app", "quay.io", "app"],
  ["k8s/pause", "registry.k8s.io", "images/pause"],
])("%s is a cache of %s/%s", (repository, registry, path) => {
  expect(upstreamOf(rules, repository)).toEqual({ registry, repository: path });
});

test.each(["hub", "hubris/app", "own/app"])("%s is a cache of nothing", (repository) => {
  expect(upstreamOf(rules, repository)).toBeUndefined();
});

test("a rule for the root takes what no other does", () => {
  const all = [...rules, rule("ROOT", "public.ecr.aws")];
  expect(upstreamOf(all, "own/app")).toEqual({ registry: "public.ecr.aws", repository: "own/app" });
  expect(upstreamOf(all, "hub/x")?.registry).toBe("docker.io");
});
