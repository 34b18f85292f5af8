import type {
  Change,
  ChangeResourceRecordSetsRequest,
  ChangeResourceRecordSetsResponse,
} from "@aws-sdk/client-route-53";
import { canonicalDomainName } from "@fleetless/engine";
import { defineOperation } from "../../../gateway/operation.ts";
import { changeInfo, submitChange } from "../changes.ts";
import { checkChange } from "../check-change.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { invalidInput, tooManyCharacters, tooManyRecords } from "../errors.ts";
import { zoneArn } from "../permissions.ts";
import { applyChangeBatch } from "../record-set-changes.ts";
import { readZone } from "../repository.ts";
import { checkComment, refuseManaged } from "../requests.ts";

const mostRecords = 1_000;
const mostCharacters = 32_000;

const distinct = (values: readonly (string | undefined)[]): string[] => [
  ...new Set(values.filter((value): value is string => value !== undefined)),
];

/** An UPSERT counts twice, as it may delete and create. */
const checkSize = (batch: readonly Change[]): void => {
  let records = 0;
  let characters = 0;
  for (const { Action: action, ResourceRecordSet: set } of batch) {
    const times = action === "UPSERT" ? 2 : 1;
    const values = set?.ResourceRecords ?? [];
    records += Math.max(1, values.length) * times;
    characters += values.reduce((sum, { Value }) => sum + (Value?.length ?? 0), 0) * times;
  }
  if (records > mostRecords) throw tooManyRecords(mostRecords);
  if (characters > mostCharacters) throw tooManyCharacters(mostCharacters);
};

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html */
export const changeResourceRecordSets = defineOperation<
  Route53Dependencies,
  ChangeResourceRecordSetsRequest,
  ChangeResourceRecordSetsResponse
>({
  authorise: {
    kind: "permissions",
    permissions: (input) => {
      const changes = input.ChangeBatch?.Changes ?? [];
      const names = changes.flatMap(
        ({ ResourceRecordSet: set }) => canonicalDomainName(set?.Name ?? "")?.slice(0, -1) ?? [],
      );
      return [
        {
          action: "route53:ChangeResourceRecordSets",
          resources: [zoneArn(input.HostedZoneId)],
          conditionKeys: {
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": [...new Set(names)],
            "route53:ChangeResourceRecordSetsRecordTypes": distinct(
              changes.map((each) => each.ResourceRecordSet?.Type),
            ),
            "route53:ChangeResourceRecordSetsActions": distinct(changes.map(({ Action }) => Action)),
          },
        },
      ];
    },
  },
  handle: async (input, { accountId }, { store, clock }) => {
    const batch = input.ChangeBatch?.Changes ?? [];
    if (batch.length === 0) throw invalidInput("Invalid request: a change batch needs at least one change");
    checkSize(batch);
    const checked = batch.map(checkChange);
    const comment = input.ChangeBatch?.Comment;
    const change = await store.transaction(async (transaction) => {
      const zone = await readZone(transaction, input.HostedZoneId, accountId);
      refuseManaged(zone);
      await applyChangeBatch(transaction, zone, checked);
      return submitChange(transaction, zone, clock.now(), comment === undefined ? undefined : checkComment(comment));
    });
    return { ChangeInfo: changeInfo(change) };
  },
});
