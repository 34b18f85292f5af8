import { interfaceChangedBy, readVpcInterfaces } from "./vpc-interfaces.ts";
import { readVpcSpec, vpcChangedBy } from "./vpc-spec.ts";

/** How nodes are told of VPCs: which a change altered, and what it is now. */
export const vpcReading = { readVpcSpec, readVpcInterfaces, vpcChangedBy, interfaceChangedBy };
