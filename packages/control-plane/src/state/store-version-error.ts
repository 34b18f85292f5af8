export class StoreVersionError extends Error {
  override readonly name = "StoreVersionError";
}
