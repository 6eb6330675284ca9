// What the server gets of the guard that was loaded before it: once, so that nobody else gets it later.
import type { Gate, Refusals, Refused, Target } from '@rufwerk/egress'

const CONTROL = Symbol.for('rufwerk.egress')

export interface EgressControl {
  readonly gate: Gate
  readonly refusals: Refusals
  /** From now on the process may reach what this says at the moment. */
  follow(targets: () => readonly Target[]): void
  /** And its threads what was said here last. */
  allowThreads(targets: readonly Target[]): void
  /** In place of standard error: what was refused, and how often since the last line about it. */
  onLine(tell: (refused: Refused, times: number) => void): void
}

/** For the guard alone, before anything else is loaded. */
export function leaveEgressControl(control: EgressControl): void {
  Object.defineProperty(globalThis, CONTROL, { value: control, configurable: true })
}

/** Undefined where no guard was loaded, or somebody has it already. */
export function takeEgressControl(): EgressControl | undefined {
  const control = Reflect.get(globalThis, CONTROL) as EgressControl | undefined
  Reflect.deleteProperty(globalThis, CONTROL)
  return control
}
