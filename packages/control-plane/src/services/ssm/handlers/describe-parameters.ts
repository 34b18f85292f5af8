import type { DescribeParametersRequest, DescribeParametersResult, ParameterStringFilter } from "@aws-sdk/client-ssm";
import { formatArn } from "@fleetless/kernel";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { SsmDependencies } from "../dependencies.ts";
import { notSupportedYet, validation } from "../errors.ts";
import { checkFilters, matchesFilters } from "../filters.ts";
import { pageOf } from "../pages.ts";
import { scopeOf } from "../permissions.ts";
import { parametersWithPrefix } from "../repository.ts";
import { metadataView } from "../views.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html */
export const describeParameters = defineOperation<SsmDependencies, DescribeParametersRequest, DescribeParametersResult>(
  {
    authorise: permission("ssm:DescribeParameters", (_input, call) => [
      formatArn({ service: "ssm", region: call.region, accountId: call.accountId, resource: "*" }),
    ]),
    handle: async (input, call, { store, clock }) => {
      if (input.Filters !== undefined && input.ParameterFilters !== undefined) {
        throw validation("You can use either Filters or ParameterFilters in a single request.");
      }
      if (input.Shared === true) throw notSupportedYet("Shared");
      const legacy = input.Filters?.map(
        ({ Key, Values }): ParameterStringFilter => ({ Key, Values, Option: "BeginsWith" }),
      );
      const filters = checkFilters(
        input.ParameterFilters ?? legacy,
        /^(Name|Type|KeyId|Path|Label|Tier|DataType|tag:.+)$/,
      );
      const all = await store.read((transaction) => parametersWithPrefix(transaction, scopeOf(call), "", clock.now()));
      const wanted = all.filter((parameter) => matchesFilters(parameter, filters));
      const { page, nextToken } = pageOf(wanted, ({ name }) => name, input, 50);
      return { Parameters: page.map(metadataView), ...nextToken };
    },
  },
);
