export { type Run, type RunFilter, ranBetween } from './history.ts'
export { type Kept, productOf } from './installation.ts'
export {
  type Change,
  type Device,
  type DeviceKey,
  emptyInventory,
  type Inventory,
  type InventoryOutput,
  type InventoryStep,
  type Refusal,
  step,
} from './inventory.ts'
export { ADDRESSES_MAX, DEVICES_MAX, INSTALLATIONS_MAX, TEXT_CHARS_MAX } from './limits.ts'
export {
  type DeviceNames,
  type DeviceReport,
  type Found,
  KINDS,
  type Kind,
  NAME_KINDS,
  SOURCES,
  type Source,
} from './report.ts'
export { changedDevices, readInventory, type StoredDevice } from './stored.ts'
