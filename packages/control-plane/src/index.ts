export { type ControlPlane, type ControlPlaneOptions, openControlPlane } from "./control-plane.ts";
export { RootKeyError, type RootKeySource, rootKeyFile, rootPassphraseFile } from "./credentials/root-key.ts";
export type { CostAdvice } from "./metering/cost-advice.ts";
export type { CostGrouping, CostReport } from "./metering/cost-report.ts";
export type { LineItemPage } from "./metering/line-items.ts";
export { type CostQuery, CostQueryError, type Metering } from "./metering/metering.ts";
export { dropStore, pingStore } from "./state/open-store.ts";
export { withStoreLocked } from "./with-store-locked.ts";
