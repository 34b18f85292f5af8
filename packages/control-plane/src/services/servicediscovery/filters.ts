import type { FilterCondition } from "@aws-sdk/client-servicediscovery";
import { invalidInput } from "./errors.ts";

interface Filter {
  readonly Name: string | undefined;
  readonly Values: readonly string[] | undefined;
  readonly Condition?: FilterCondition | undefined;
}

const matches = (value: string, { Condition: condition = "EQ", Values: values = [] }: Filter): boolean => {
  if (condition === "BEGINS_WITH") return values.some((each) => value.startsWith(each));
  if (condition === "BETWEEN") return Number(value) >= Number(values[0]) && Number(value) <= Number(values[1]);
  return values.includes(value);
};

/** What all filters let pass. `looks` answers the value that a filter of a name looks at. Throws InvalidInput. */
export const filtered = <Item>(
  items: readonly Item[],
  filters: readonly Filter[] | undefined,
  looks: Readonly<Record<string, (item: Item) => string>>,
): readonly Item[] => {
  for (const { Name: name = "", Values: values = [] } of filters ?? []) {
    if (looks[name] === undefined) throw invalidInput(`There is no filter ${name}.`);
    if (values.length === 0) throw invalidInput(`The filter ${name} needs values.`);
  }
  return items.filter((item) =>
    (filters ?? []).every((filter) => matches(looks[filter.Name ?? ""]?.(item) ?? "", filter)),
  );
};
