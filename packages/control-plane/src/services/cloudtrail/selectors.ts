import type { AdvancedEventSelector, EventSelector } from "@aws-sdk/client-cloudtrail";
import type { TrailSelectors } from "./collections.ts";
import { invalidCombination, invalidSelectors } from "./errors.ts";

/** What a new trail takes: every management event. */
export const allManagementEvents: TrailSelectors = {
  kind: "basic",
  selectors: [
    { ReadWriteType: "All", IncludeManagementEvents: true, DataResources: [], ExcludeManagementEventSources: [] },
  ],
};

const excludableSources: ReadonlySet<string> = new Set(["kms.amazonaws.com", "rdsdata.amazonaws.com"]);
const fields: ReadonlySet<string> = new Set([
  "eventCategory",
  "readOnly",
  "eventSource",
  "eventName",
  "eventType",
  "userIdentity.arn",
]);
const maximumSelectors = 5;
const maximumConditions = 500;

/** The checked selectors of a PutEventSelectors. Throws InvalidEventSelectorsException. */
export const checkSelectors = (
  basic: readonly EventSelector[] | undefined,
  advanced: readonly AdvancedEventSelector[] | undefined,
): TrailSelectors => {
  if ((basic === undefined) === (advanced === undefined)) {
    throw invalidCombination("Specify either EventSelectors or AdvancedEventSelectors, and not both.");
  }
  if (advanced !== undefined) return { kind: "advanced", selectors: advanced.map(checkAdvanced) };
  const selectors = basic ?? [];
  if (selectors.length === 0 || selectors.length > maximumSelectors) {
    throw invalidSelectors(`A trail has between 1 and ${maximumSelectors} event selectors.`);
  }
  return { kind: "basic", selectors: selectors.map(checkBasic) };
};

const checkBasic = (selector: EventSelector): EventSelector => {
  if ((selector.DataResources ?? []).length > 0) {
    throw invalidSelectors("DataResources are not supported by Fleetless yet: it records management events only.");
  }
  for (const source of selector.ExcludeManagementEventSources ?? []) {
    if (!excludableSources.has(source)) {
      throw invalidSelectors(`${source.slice(0, 200)} is not a valid value of ExcludeManagementEventSources.`);
    }
  }
  return {
    ReadWriteType: selector.ReadWriteType ?? "All",
    IncludeManagementEvents: selector.IncludeManagementEvents ?? true,
    DataResources: [],
    ExcludeManagementEventSources: selector.ExcludeManagementEventSources ?? [],
  };
};

const checkAdvanced = (selector: AdvancedEventSelector): AdvancedEventSelector => {
  const chosen = selector.FieldSelectors ?? [];
  const category = chosen.find(({ Field }) => Field === "eventCategory")?.Equals;
  if (category?.length !== 1) throw invalidSelectors("An advanced event selector needs eventCategory with one Equals.");
  if (category[0] !== "Management") {
    throw invalidSelectors(`Events of the category ${category[0]} are not supported by Fleetless yet.`);
  }
  let conditions = 0;
  for (const { Field = "", ...operators } of chosen) {
    if (!fields.has(Field)) throw invalidSelectors(`${Field.slice(0, 100)} is not a field of management events.`);
    const values = Object.values(operators).flatMap((texts) => texts ?? []);
    if (values.length === 0) throw invalidSelectors(`The field selector of ${Field} has no condition.`);
    conditions += values.length;
  }
  if (conditions > maximumConditions) throw invalidSelectors(`A trail has at most ${maximumConditions} conditions.`);
  return selector;
};
