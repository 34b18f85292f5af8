export { type ControlPlane, type ControlPlaneOptions, openControlPlane } from "./control-plane.ts";
export { withStoreLocked } from "./with-store-locked.ts";
