import { invalidBucketName } from "./errors.ts";

/** Throws InvalidS3BucketNameException. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const checkBucketName = (name: string | undefined): string => {
  if (name === undefined || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw invalidBucketName(name ?? "");
  return name;
};
