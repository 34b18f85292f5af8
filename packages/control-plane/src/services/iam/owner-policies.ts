import type { Call } from "../../gateway/call.ts";
import type { Identity } from "./collections.ts";
import type { IamDependencies } from "./dependencies.ts";
import {
  attachedPolicyLimit,
  attachmentNotFound,
  boundaryNotFound,
  mustDeletePolicies,
  mustDetachPolicies,
} from "./errors.ts";
import { changeOwner, type OwnerKind, readOwner } from "./owners.ts";
import { type PageRequest, pageOf } from "./paging.ts";
import { checkInlinePolicy } from "./policy-documents.ts";
import { usePolicy } from "./policy-uses.ts";
import { nameOfArn } from "./repository.ts";
import { checkName, checkPath, checkPolicyArn, policyNameLength, present } from "./validation.ts";
import { attachedPolicyView, encodeDocument } from "./views.ts";

/** AWS's quota of policies attached to one user or role. */
const mostAttached = 10;

export const attachPolicy = async <Owner extends Identity>(
  dependencies: IamDependencies,
  call: Call,
  kind: OwnerKind<Owner>,
  name: string,
  policyArn: string | undefined,
): Promise<void> => {
  const arn = checkPolicyArn(policyArn);
  await changeOwner(dependencies, call, kind, name, async (owner, transaction) => {
    if (owner.attachedPolicyArns.includes(arn)) return owner;
    await usePolicy(transaction, call.accountId, arn);
    if (owner.attachedPolicyArns.length >= mostAttached) throw attachedPolicyLimit(kind.kind);
    return { ...owner, attachedPolicyArns: [...owner.attachedPolicyArns, arn] };
  });
};

export const detachPolicy = async <Owner extends Identity>(
  dependencies: IamDependencies,
  call: Call,
  kind: OwnerKind<Owner>,
  name: string,
  policyArn: string | undefined,
): Promise<void> => {
  const arn = checkPolicyArn(policyArn);
  await changeOwner(dependencies, call, kind, name, (owner) => {
    if (!owner.attachedPolicyArns.includes(arn)) throw attachmentNotFound(arn);
    return { ...owner, attachedPolicyArns: owner.attachedPolicyArns.filter((attached) => attached !== arn) };
  });
};

export const listAttached = async <Owner extends Identity>(
  dependencies: IamDependencies,
  call: Call,
  kind: OwnerKind<Owner>,
  name: string,
  input: PageRequest & { readonly PathPrefix?: string | undefined },
) => {
  const owner = await readOwner(dependencies, call, kind, name);
  const prefix = input.PathPrefix ?? "/";
  const arns = owner.attachedPolicyArns.filter((arn) => pathOfPolicy(arn).startsWith(prefix));
  const { items, ...page } = pageOf(arns, input, nameOfArn);
  return { AttachedPolicies: items.map(attachedPolicyView), ...page };
};

/** `/service-role/` of `arn:aws:iam::aws:policy/service-role/Name`. */
const pathOfPolicy = (arn: string): string => arn.slice(arn.indexOf("/"), arn.lastIndexOf("/") + 1);

export const putInlinePolicy = async <Owner extends Identity>(
  dependencies: IamDependencies,
  call: Call,
  kind: OwnerKind<Owner>,
  name: string,
  input: { readonly PolicyName: string | undefined; readonly PolicyDocument: string | undefined },
): Promise<void> => {
  const policyName = checkName(input.PolicyName, "policyName", policyNameLength);
  await changeOwner(dependencies, call, kind, name, (owner) => {
    const document = checkInlinePolicy(input.PolicyDocument, policyName, owner, kind);
    return { ...owner, inlinePolicies: { ...owner.inlinePolicies, [policyName]: document } };
  });
};

export const getInlinePolicy = async <Owner extends Identity>(
  dependencies: IamDependencies,
  call: Call,
  kind: OwnerKind<Owner>,
  name: string,
  policyName: string | undefined,
) => {
  const wanted = present(policyName, "policyName");
  const owner = await readOwner(dependencies, call, kind, name);
  const document = inlineDocument(owner, wanted);
  if (document === undefined) throw kind.inlinePolicyNotFound(wanted);
  return { PolicyName: wanted, PolicyDocument: encodeDocument(document) };
};

const inlineDocument = (owner: Identity, name: string): string | undefined =>
  Object.hasOwn(owner.inlinePolicies, name) ? owner.inlinePolicies[name] : undefined;

export const listInlinePolicies = async <Owner extends Identity>(
  dependencies: IamDependencies,
  call: Call,
  kind: OwnerKind<Owner>,
  name: string,
  input: PageRequest,
) => {
  const owner = await readOwner(dependencies, call, kind, name);
  const { items, ...page } = pageOf(Object.keys(owner.inlinePolicies), input, (policyName) => policyName);
  return { PolicyNames: [...items], ...page };
};

export const deleteInlinePolicy = async <Owner extends Identity>(
  dependencies: IamDependencies,
  call: Call,
  kind: OwnerKind<Owner>,
  name: string,
  policyName: string | undefined,
): Promise<void> => {
  const wanted = present(policyName, "policyName");
  await changeOwner(dependencies, call, kind, name, (owner) => {
    if (inlineDocument(owner, wanted) === undefined) throw kind.inlinePolicyNotFound(wanted);
    const kept = Object.entries(owner.inlinePolicies).filter(([other]) => other !== wanted);
    return { ...owner, inlinePolicies: Object.fromEntries(kept) };
  });
};

export const putBoundary = async <Owner extends Identity>(
  dependencies: IamDependencies,
  call: Call,
  kind: OwnerKind<Owner>,
  name: string,
  boundary: string | undefined,
): Promise<void> => {
  const arn = checkPolicyArn(boundary);
  await changeOwner(dependencies, call, kind, name, async (owner, transaction) => {
    await usePolicy(transaction, call.accountId, arn);
    return { ...owner, permissionsBoundaryArn: arn };
  });
};

export const deleteBoundary = async <Owner extends Identity>(
  dependencies: IamDependencies,
  call: Call,
  kind: OwnerKind<Owner>,
  name: string,
): Promise<void> => {
  await changeOwner(dependencies, call, kind, name, (owner) => {
    if (owner.permissionsBoundaryArn === undefined) throw boundaryNotFound(name);
    return { ...owner, permissionsBoundaryArn: undefined };
  });
};

/** A user or role is deleted only when it has no policies any more. */
export const checkHasNoPolicies = (owner: Identity): void => {
  if (owner.attachedPolicyArns.length > 0) throw mustDetachPolicies();
  if (Object.keys(owner.inlinePolicies).length > 0) throw mustDeletePolicies();
};

export const checkPathPrefix = (prefix: string | undefined): string => {
  if (prefix === undefined || prefix === "/") return "/";
  checkPath(prefix.endsWith("/") ? prefix : `${prefix}/`);
  return prefix;
};
