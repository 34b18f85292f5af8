import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readDefinitionFile } from "./definition-file.ts";

const directory = mkdtempSync(join(tmpdir(), "fleetless-definition-"));
const path = join(directory, "task.json");
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const read = (content: string) => {
  writeFileSync(path, content);
  return readDefinitionFile(path);
};

test("a task definition is read as it is", async () => {
  const definition = {
    family: "web",
    tags: [{ key: "any", value: "thing" }],
    containerDefinitions: [
      {
        name: "main",
        image: "busybox",
        dockerLabels: { "any.label": "is fine" },
        logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/g" } },
        healthCheck: { command: ["CMD", "true"] },
      },
    ],
  };
  expect(await read(JSON.stringify(definition))).toEqual(definition);
});

test.each([
  ['{"family": "x", "contianerDefinitions": []}', "no task definition has contianerDefinitions"],
  [
    '{"family":"x","containerDefinitions":[{"memry":5},{"healthCheck":{"retry":1}}]}',
    "no task definition has containerDefinitions[0].memry, containerDefinitions[1].healthCheck.retry",
  ],
  ["[]", "is not a task definition: it is not a JSON object"],
  ["{", "is not a task definition: "],
])("%s is refused by what is wrong with it", async (content, words) => {
  await expect(read(content)).rejects.toThrow(words);
});

test("a file that is not there is named", async () => {
  await expect(readDefinitionFile("/nowhere/task.json")).rejects.toThrow("There is no file /nowhere/task.json");
});
