import { afterAll, beforeAll } from "vitest";
import { importBusybox } from "./busybox-image.ts";
import { createInstance, type FleetlessInstance } from "./instance.ts";
import { Tasks } from "./tasks.ts";

export interface RunningInstance {
  readonly instance: FleetlessInstance;
  readonly tasks: Tasks;
}

/** Fleetless with an image of busybox: up before the tests of a file or a describe, purged after them. */
export const useInstance = (...options: readonly string[]): RunningInstance => {
  let running: RunningInstance | undefined;
  const required = (): RunningInstance => {
    if (running === undefined) throw new Error("The instance is not up.");
    return running;
  };
  beforeAll(async () => {
    const instance = await createInstance();
    const tasks = new Tasks(instance);
    running = { instance, tasks };
    await instance.up(...options);
    await importBusybox(instance);
    await tasks.prepare();
  });
  afterAll(() => required().instance.purge());
  return {
    get instance() {
      return required().instance;
    },
    get tasks() {
      return required().tasks;
    },
  };
};

/** A container's command: a script for the shell. */
export const shell = (script: string): { readonly command: string[] } => ({ command: ["sh", "-c", script] });

/** A script that goes on until it is told to stop, and does then what it is given. */
export const untilTerminated = (atTheEnd = ":"): { readonly command: string[] } =>
  shell(`trap '${atTheEnd}; exit 0' TERM; while true; do sleep 0.05; done`);
