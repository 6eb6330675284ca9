// The table of trunks: what it says of a carrier is so there. Nobody is held for registered whom the carrier
// has forgotten or refuses, and when carriers are well again all trunks stand.
import { TRUNKS } from '../company.ts'
import { DOUBT } from '../registrar.ts'
import { SERVER, type World } from '../world.ts'
import type { Watch } from './watch.ts'

/** Along the way. */
export function lookAtTrunks(world: World, watch: Watch): void {
  const { registrar } = world.carriers
  for (const { id, registers } of TRUNKS) {
    const state = world.control?.userAgent.trunkState(id)
    const over = registrar.overSince()
    if (registers && state?.isUp && over > DOUBT)
      watch.broken('trunks', `${id} is up, and its carrier has had nobody registered for ${over} ms`)
  }
}

/** What is wrong with the table now, where nothing troubles carriers; undefined: nothing. */
export function faultOfTable(world: World): string | undefined {
  for (const { id, registers } of TRUNKS) {
    const state = world.control?.userAgent.trunkState(id)
    if (state === undefined) return `${id} is not there`
    if (!state.isUp || state.problem !== undefined)
      return `${id} is ${state.isUp ? 'up' : 'down'}, ${JSON.stringify(state.problem)}`
    const { contact } = world.carriers.registrar
    if (registers && !contact?.includes(`@${SERVER.address}:${SERVER.port}`))
      return `${id} is up, and its carrier has ${contact}`
  }
  return undefined
}

/** Trunks were removed long ago. */
export function lookForBindings(world: World, watch: Watch): void {
  const { contact } = world.carriers.registrar
  if (contact !== undefined) watch.broken('trunks', `a trunk that was removed is registered: ${contact}`)
  const states = world.control?.userAgent.trunkStates() ?? []
  if (states.length > 0) watch.broken('trunks', `${states[0]?.trunk} was removed, and is in the table`)
}
