import type { ContainerDefinition, RegisterTaskDefinitionRequest, Volume } from "@aws-sdk/client-ecs";

/** Features of ECS that Fleetless has not yet: naming one is refused, never dropped in silence. */
const ofTask: readonly [string, (definition: RegisterTaskDefinitionRequest) => boolean][] = [
  ["proxyConfiguration", ({ proxyConfiguration }) => proxyConfiguration !== undefined],
  ["placementConstraints", ({ placementConstraints }) => (placementConstraints ?? []).length > 0],
  ["inferenceAccelerators", ({ inferenceAccelerators }) => (inferenceAccelerators ?? []).length > 0],
  ["pidMode", ({ pidMode }) => pidMode !== undefined],
  ["ipcMode", ({ ipcMode }) => ipcMode !== undefined && ipcMode !== "none"],
  [
    "An operatingSystemFamily other than LINUX",
    ({ runtimePlatform }) => (runtimePlatform?.operatingSystemFamily ?? "LINUX") !== "LINUX",
  ],
];

const ofContainer: readonly [string, (container: ContainerDefinition) => boolean][] = [
  ["environmentFiles", ({ environmentFiles }) => (environmentFiles ?? []).length > 0],
  ["firelensConfiguration", ({ firelensConfiguration }) => firelensConfiguration !== undefined],
  ["resourceRequirements", ({ resourceRequirements }) => (resourceRequirements ?? []).length > 0],
  ["credentialSpecs", ({ credentialSpecs }) => (credentialSpecs ?? []).length > 0],
  [
    "containerPortRange",
    ({ portMappings }) => (portMappings ?? []).some(({ containerPortRange }) => containerPortRange !== undefined),
  ],
  ["secretOptions", ({ logConfiguration }) => (logConfiguration?.secretOptions ?? []).length > 0],
];

const ofVolume: readonly [string, (volume: Volume) => boolean][] = [
  ["efsVolumeConfiguration", ({ efsVolumeConfiguration }) => efsVolumeConfiguration !== undefined],
  ["dockerVolumeConfiguration", ({ dockerVolumeConfiguration }) => dockerVolumeConfiguration !== undefined],
  [
    "fsxWindowsFileServerVolumeConfiguration",
    ({ fsxWindowsFileServerVolumeConfiguration }) => fsxWindowsFileServerVolumeConfiguration !== undefined,
  ],
  ["s3filesVolumeConfiguration", ({ s3filesVolumeConfiguration }) => s3filesVolumeConfiguration !== undefined],
  ["configuredAtLaunch", ({ configuredAtLaunch }) => configuredAtLaunch === true],
];

/** The first feature that the definition asks for and that is not there yet, and where it asks for it. */
export const unsupportedFeature = (definition: RegisterTaskDefinitionRequest): string | undefined => {
  const task = ofTask.find(([, asks]) => asks(definition));
  if (task !== undefined) return task[0];
  for (const container of definition.containerDefinitions ?? []) {
    const found = ofContainer.find(([, asks]) => asks(container));
    if (found !== undefined) return `${found[0]} (container '${container.name}')`;
    const driver = container.logConfiguration?.logDriver;
    if (driver !== undefined && driver !== "awslogs") return `The log driver ${driver} (container '${container.name}')`;
  }
  for (const volume of definition.volumes ?? []) {
    const found = ofVolume.find(([, asks]) => asks(volume));
    if (found !== undefined) return `${found[0]} (volume '${volume.name}')`;
  }
  return undefined;
};
