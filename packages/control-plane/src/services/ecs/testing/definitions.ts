import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import fc from "fast-check";

export const oneContainer: RegisterTaskDefinitionRequest = {
  family: "web",
  requiresCompatibilities: ["FARGATE"],
  networkMode: "awsvpc",
  cpu: "256",
  memory: "512",
  containerDefinitions: [{ name: "app", image: "busybox:latest" }],
};

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const path = word.map((name) => `/${name}`);

const container: fc.Arbitrary<ContainerDefinition> = fc.record(
  {
    name: word,
    image: word,
    cpu: fc.integer({ min: 0, max: 10 }),
    memoryReservation: fc.integer({ min: 6, max: 20 }),
    essential: fc.constant(true),
    command: fc.array(
      fc.string({ maxLength: 10 }).filter((text) => !text.includes("\0")),
      { maxLength: 3 },
    ),
    entryPoint: fc.array(word, { maxLength: 2 }),
    environment: fc.array(
      fc.record({ name: word, value: fc.string({ maxLength: 10 }).filter((text) => !text.includes("\0")) }),
    ),
    workingDirectory: path,
    user: fc.constantFrom("root", "1000:1000", "app:staff"),
    readonlyRootFilesystem: fc.boolean(),
    interactive: fc.boolean(),
    pseudoTerminal: fc.boolean(),
    startTimeout: fc.integer({ min: 2, max: 120 }),
    stopTimeout: fc.integer({ min: 2, max: 120 }),
    portMappings: fc.array(
      fc.record({ containerPort: fc.integer({ min: 1, max: 65_535 }), protocol: fc.constantFrom("tcp", "udp") }),
      { maxLength: 3 },
    ),
    healthCheck: fc.record({
      command: fc.constantFrom(["CMD", "true"], ["CMD-SHELL", "exit 0"]),
      interval: fc.integer({ min: 5, max: 300 }),
      timeout: fc.integer({ min: 2, max: 60 }),
      retries: fc.integer({ min: 1, max: 10 }),
    }),
    ulimits: fc.constantFrom([], [{ name: "nofile" as const, softLimit: 10, hardLimit: 20 }]),
    dockerLabels: fc.dictionary(word, word, { noNullPrototype: true }),
    linuxParameters: fc.record({ initProcessEnabled: fc.boolean() }),
  },
  { requiredKeys: ["name", "image"] },
);

/** Task definitions that Fargate accepts. */
export const acceptedDefinition: fc.Arbitrary<RegisterTaskDefinitionRequest> = fc.record(
  {
    family: word,
    requiresCompatibilities: fc.constant(["FARGATE" as const]),
    networkMode: fc.constant("awsvpc" as const),
    cpu: fc.constantFrom("256", ".25 vCPU"),
    memory: fc.constantFrom("512", "1024", "2 GB"),
    containerDefinitions: fc.uniqueArray(container, { minLength: 1, maxLength: 5, selector: ({ name }) => name }),
    ephemeralStorage: fc.record({ sizeInGiB: fc.integer({ min: 21, max: 200 }) }),
    runtimePlatform: fc.record({
      cpuArchitecture: fc.constantFrom("X86_64", "ARM64"),
      operatingSystemFamily: fc.constant("LINUX"),
    }),
    tags: fc.uniqueArray(fc.record({ key: word, value: word }), { maxLength: 5, selector: ({ key }) => key }),
  },
  { requiredKeys: ["family", "requiresCompatibilities", "networkMode", "cpu", "memory", "containerDefinitions"] },
);
