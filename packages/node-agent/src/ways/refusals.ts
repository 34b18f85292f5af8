import type { SessionRefusal } from "@fleetless/kernel";

/** What ECS says of a task that cannot reach what it needs to start, with what is in the way at the end. */

const initialisation = (message: string): SessionRefusal => ({
  code: "ResourceInitializationError",
  message,
  retryable: false,
});

const noSecrets = "unable to pull secrets or registry auth:";
const check = "Check your task network configuration.";
const unanswered = (url: string, because: string): string =>
  `send request failed caused by: Post "${url}": dial tcp: ${because}`;
const sendFailed = (url: string, because: string): string => `RequestError: ${unanswered(url, because)}`;

export const noWayToSecretsManager = (secret: string, region: string, because: string): SessionRefusal =>
  initialisation(
    `${noSecrets} unable to retrieve secret from asm: There is a connection issue between the task and AWS Secrets Manager. ${check} failed to fetch secret ${secret} from secrets manager: ${sendFailed(`https://secretsmanager.${region}.amazonaws.com/`, because)}`,
  );

export const noWayToParameterStore = (region: string, because: string): SessionRefusal =>
  initialisation(
    `${noSecrets} unable to retrieve secrets from ssm: There is a connection issue between the task and AWS Systems Manager Parameter Store. ${check} ${sendFailed(`https://ssm.${region}.amazonaws.com/`, because)}`,
  );

export const noWayToRegistryAuth = (region: string, because: string): SessionRefusal =>
  initialisation(
    `${noSecrets} The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. ${check} ${sendFailed(`https://api.ecr.${region}.amazonaws.com/`, because)}`,
  );

/** Of the end of an image's pull, whichever the registry. */
export const noWayToRegistry = (image: string, because: string): string =>
  `The task can’t pull the image. Check your network configuration. ref pull has been retried 1 time(s): failed to resolve ref ${image}: failed to do request: dial tcp: ${because}`;

export const noWayToImage = (image: string, because: string): SessionRefusal => ({
  code: "CannotPullContainerError",
  message: noWayToRegistry(image, because),
  retryable: false,
});

export const noWayToLayers = (region: string, because: string): SessionRefusal => ({
  code: "CannotPullContainerError",
  message: `The task can’t pull the image. Check your network configuration. ref pull has been retried 1 time(s): failed to copy: httpReaderSeeker: failed open: failed to do request: Get "https://prod-${region}-starport-layer-bucket.s3.${region}.amazonaws.com/": dial tcp: ${because}`,
  retryable: false,
});

/** A log stream is not made, or a batch not taken: ECS's words stand around it where a task cannot start. */
export const noWayToLogs = (region: string, because: string, retryable: boolean): SessionRefusal => ({
  code: "RequestError",
  message: unanswered(`https://logs.${region}.amazonaws.com/`, because),
  retryable,
});
