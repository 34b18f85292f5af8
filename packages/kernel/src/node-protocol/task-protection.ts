/** Whether scaling in and deployments spare a workload. */
export interface TaskProtection {
  readonly arn: string;
  readonly protectionEnabled: boolean;
  /** Milliseconds since the Unix epoch; present while it is protected. */
  readonly expiresAt?: number;
}

export interface TaskProtectionChange {
  readonly protectionEnabled: boolean;
  /** 120 where left out. */
  readonly expiresInMinutes?: number;
}
