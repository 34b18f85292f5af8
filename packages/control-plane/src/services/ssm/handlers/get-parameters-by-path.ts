import type { GetParametersByPathRequest, GetParametersByPathResult, Parameter } from "@aws-sdk/client-ssm";
import { defineOperation } from "../../../gateway/operation.ts";
import type { SsmDependencies } from "../dependencies.ts";
import { keyUserOf } from "../dependencies.ts";
import { checkFilters, matchesFilters } from "../filters.ts";
import { checkPath } from "../names.ts";
import { pageOf } from "../pages.ts";
import { shownValue } from "../parameter-values.ts";
import { onParameters, scopeOf } from "../permissions.ts";
import { parametersWithPrefix } from "../repository.ts";
import { parameterView } from "../views.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
export const getParametersByPath = defineOperation<
  SsmDependencies,
  GetParametersByPathRequest,
  GetParametersByPathResult
>({
  authorise: onParameters(
    "ssm:GetParametersByPath",
    ({ Path = "" }) => [Path === "/" ? Path : Path.replace(/\/$/, "")],
    ({ Recursive = false }) => ({ "ssm:Recursive": [String(Recursive)] }),
  ),
  handle: async (input, call, dependencies) => {
    const { store, clock } = dependencies;
    const path = checkPath(input.Path);
    const filters = checkFilters(input.ParameterFilters, /^(Type|KeyId|Label)$/);
    const all = await store.read((transaction) => parametersWithPrefix(transaction, scopeOf(call), path, clock.now()));
    const wanted = all.filter(
      (parameter) =>
        (input.Recursive === true || !parameter.name.slice(path.length).includes("/")) &&
        matchesFilters(parameter, filters),
    );
    const { page, nextToken } = pageOf(wanted, ({ name }) => name, input, 10);
    const Parameters: Parameter[] = [];
    for (const parameter of page) {
      const { latest } = parameter;
      const value = await shownValue(dependencies, keyUserOf(call), parameter, latest, input.WithDecryption);
      Parameters.push(parameterView(parameter, latest, value));
    }
    return { Parameters, ...nextToken };
  },
});
