// What must hold when it has become quiet: nobody talks into the void, and when all have hung up, both ends
// and the records agree and nothing is left anywhere.
import type { Cdr } from '@rufwerk/calls'
import type { SimulatedCall } from '@rufwerk/testing'
import { sendsTo, type World } from '../world.ts'
import { lookForBindings } from './trunks.ts'
import type { KnownCall, Watch } from './watch.ts'

/** Writes of a call of two legs without re-INVITE (architecture: Recovery). */
const WRITES_MAX = 8

/** Everything that waited for an answer has had its 32 s; people still talk. */
export function lookWhenSettled(world: World, watch: Watch): void {
  for (const phone of world.phones()) {
    for (const call of phone.calls) {
      const name = `${phone.options.user}'s call ${call.dialog?.callId ?? call.lastInvite?.headers.callId}`
      if (call.isUnacknowledged && !isExcused(world, call))
        watch.broken('acknowledged', `${name}: its 200 never got an ACK`)
      lookAtSession(world, watch, name, call)
      const isLeaving = watch.byes.get(call.dialog?.callId ?? '') === world.run
      if (call.state !== 'talking' || isServed(world, call) || isLeaving) continue
      if (isExcused(world, call)) continue
      watch.broken('no-ghosts', `${name} talks, but no endpoint of the server sends to it`)
    }
  }
}

/** Who promised to refresh does it; a phone that does not is let go in time (RFC 4028 §10). */
function lookAtSession(world: World, watch: Watch, name: string, call: SimulatedCall): void {
  if (isExcused(world, call)) return
  // A crash may have taken away that the phone had answered: its leg is let go as one that rings.
  const isKnown = watch.dialogs.has(call.dialog?.callId ?? '')
  if (call.isPeerLate && isKnown) watch.broken('sessions', `${name}: the server did not refresh`)
  const { agreed } = call.session
  if (call.state !== 'talking' || agreed === undefined || world.run > 1) return
  const idle = world.clock.now() - agreed.at
  if (idle > agreed.agreement.intervalS * 1000)
    watch.broken('sessions', `${name} goes on ${idle} ms after the last refresh`)
}

/** Everybody has hung up, and their last transactions are over. */
export function lookWhenOver(world: World, watch: Watch): void {
  const control = world.control
  if (control === undefined) throw new Error('call control is down at the end')
  const waiting = world.services?.size() ?? 0
  if (waiting !== 0) watch.broken('nothing-left', `${waiting} entries of queues and rooms`)
  const { legs, transactions, keptAlive, events, calls } = control.sizes()
  if (calls > 0) watch.broken('calls-end', `${calls} entries of calls are left in the exchange`)
  // Contacts behind a NAT get OPTIONS until they run out, and the last one is remembered for a while.
  const isQuiet = keptAlive === 0 && !watch.hasSentOptions
  const due = { legs, events, ...(isQuiet ? { transactions } : {}), endpoints: world.media.size() }
  for (const [what, size] of Object.entries(due))
    if (size !== 0) watch.broken('nothing-left', `${size} ${what}`)
  const stored = world.store?.size() ?? 0
  if (stored !== 0) watch.broken('nothing-left', `${stored} calls in the journal`)
  const rows = world.disk.rows('SELECT call FROM live_calls')
  if (rows.length > 0) watch.broken('one-cdr', `call ${rows[0]?.call} is open in the store and has no record`)
  for (const phone of world.phones()) {
    const { user } = phone.options
    const open = phone.calls.find((call) => call.state !== 'ended')
    if (open !== undefined) watch.broken('calls-end', `${user} is still ${open.state}`)
    if (phone.size() > 0) watch.broken('all-answered', `${phone.size()} entries wait at ${user}`)
  }
  lookAtRecords(world, watch)
  watch.recordings?.lookWhenOver()
  watch.messages?.lookWhenOver()
  lookForBindings(world, watch)
}

/** Where nothing is lost and nothing breaks, no request of a phone stays without an answer. */
export function lookForSilence(world: World, watch: Watch): void {
  for (const call of world.calls()) {
    if (!call.answers.includes(-1) && !call.statuses.includes(-1)) continue
    watch.broken('all-answered', `a request in ${call.lastInvite?.headers.callId} got no answer`)
  }
}

/** Registrations have run out: there is no timer and no entry any more. */
export function lookWhenEmpty(world: World, watch: Watch): void {
  for (const [what, size] of Object.entries(world.control?.sizes() ?? {}))
    if (size !== 0) watch.broken('nothing-left', `${size} ${what}`)
  const armed = world.clock.size()
  if (armed !== 0) watch.broken('nothing-left', `${armed} timers`)
  const { waitingMs, rowsWaiting, rowsLost } = world.store?.figures() ?? {}
  if (rowsWaiting !== 0) watch.broken('nothing-left', `${rowsWaiting} rows wait, ${waitingMs} ms`)
  if (rowsLost !== 0) watch.broken('committed-first', `${rowsLost} rows were lost`)
}

/** Every contact that was accepted and has not run out rings after a restart, if it needs no connection. */
export function lookAfterStart(world: World, watch: Watch): void {
  for (const { device, phone, isAway } of world.members) {
    if (device.transport !== 'udp' || phone.registered !== 200 || isAway) continue
    if (world.control?.userAgent.contactsOf(device.device).length === 0)
      watch.broken('reachable', `${device.sipName} was registered before the restart and is not known now`)
  }
}

function lookAtRecords(world: World, watch: Watch): void {
  for (const [id, call] of watch.calls) {
    const isOfThisRun = call.runs.has(world.run)
    const committed = world.disk.rows('SELECT record FROM cdrs WHERE call = ?', id).length
    if (isOfThisRun && committed !== 1) watch.broken('one-cdr', `call ${id} has ${committed} records`)
    const dialled = [...call.legs.values()].filter((role) => role === 'outgoing').length
    // Of those that refuse at once only that is stored.
    const forks = Math.max(dialled, call.kinds.filter((kind) => kind === 'refused').length)
    // A record that a crash lost is written again by the next run.
    const again = Math.max(0, call.cdrs.length - 1)
    // A further fork is stored when it is called and when it refuses, a change with what it changed.
    // Some are keyed in.
    const holds = call.kinds.filter((kind) => kind === 'held' || kind === 'resumed').length
    // Where nobody answered it is led on.
    const ledOn = call.kinds.filter((kind) => kind === 'routed').length - 1
    // Consent, refusal, breaks, words that could not be said: each is noted when it happens.
    const recorded = call.kinds.filter((kind) => /^recording|^promptMissing/.test(kind)).length
    // Whose agent was lost waits again, and is answered again.
    const lost = call.kinds.filter((kind) => kind === 'lost').length
    const most =
      2 * (Math.max(0, ledOn) + lost) +
      recorded +
      WRITES_MAX +
      2 * Math.max(0, forks - 1) +
      2 * Math.max(watch.changesOf(id), holds) +
      again
    if (isPlain(call) && call.writes > most)
      watch.broken('few-writes', `call ${id}: ${call.writes} writes, at most ${most}, ${call.kinds}`)
  }
  for (const phone of world.phones())
    for (const call of phone.calls) lookAtRecord(world, watch, phone.options.user, call)
}

/** Two talk, and nobody else ever came into it: changes of a leg that was led elsewhere are counted there. */
function isPlain({ legs, kinds, transfers }: KnownCall): boolean {
  const callers = [...legs.values()].filter((role) => role === 'incoming').length
  return transfers === 0 && callers === 1 && !kinds.includes('replaced')
}

/** A caller who was told 200 has talked, and the record says so. */
function lookAtRecord(world: World, watch: Watch, name: string, call: SimulatedCall): void {
  const dialog = call.dialog && watch.dialogs.get(call.dialog.callId)
  if (dialog?.role !== 'incoming' || !call.statuses.includes(200)) return
  const recordOf = (id = '') => world.disk.rows('SELECT record FROM cdrs WHERE call = ?', id)[0]
  const isLost = watch.calls.get(dialog.call)?.runs.has(world.run) === false
  // A crash may have taken away that it was led to another call.
  const row = recordOf(dialog.call) ?? (isLost ? recordOf(dialog.before) : undefined)
  if (row === undefined)
    watch.broken('one-cdr', `${name} was answered in ${dialog.call}, which has no record`)
  else if (isUnanswered(String(row.record)))
    watch.broken('same-end', `${name} was answered, the record of ${dialog.call} says it was not`)
}

/** Who was answered before may be led to somebody who does not answer. */
function isUnanswered(text: string): boolean {
  const { answeredAt, transferredFrom } = JSON.parse(text) as Partial<Cdr>
  return answeredAt === undefined && transferredFrom === undefined
}

/** Its phone lost its only path: no phone system gets over that. */
export function isExcused(world: World, call: SimulatedCall): boolean {
  if (world.excuses.has(call)) return true
  // Its INVITE was sent while the phone was away.
  return world.invitedIn.get(call.lastInvite?.headers.callId ?? '') === 0
}

/** An endpoint of the server is open that sends to this call of a phone, and the phone sends to it. */
function isServed(world: World, call: SimulatedCall): boolean {
  return [...world.media.endpoints.values()].some((endpoint) => {
    if (endpoint.configured?.remote !== undefined) return sendsTo(call, endpoint)
    return endpoint.remoteIce?.ufrag === call.ufrag && !endpoint.isBroken
  })
}
