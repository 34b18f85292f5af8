export { type ControlPlane, type ControlPlaneOptions, openControlPlane } from "./control-plane.ts";
export { dropStore, pingStore } from "./state/open-store.ts";
export { withStoreLocked } from "./with-store-locked.ts";
