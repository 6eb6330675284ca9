// The books of the legs: by id, dialog, endpoint, call, open INVITE transaction. A leg is taken out of all of
// them in `remove` and nowhere else.
import type { CallId, DeviceId, EndpointId, LegId } from '@rufwerk/core'
import type { TransactionId } from '@rufwerk/sip'
import type { TracePort } from '../ports.ts'
import type { Leg } from './leg.ts'
import type { MediaLink } from './media-link.ts'
import { MixBook } from './mix-book.ts'

/** Where one leg is in the books. */
interface Entry {
  readonly leg: Leg
  dialogKey: string | undefined
  /**
   * Call-ID, From tag and CSeq of the INVITE: the same by another way is a merged request (RFC 3261
   * §8.2.2.2).
   */
  mergeKey: string | undefined
  callId: string | undefined
  transaction: TransactionId | undefined
}

export class LegTable {
  /** Who is in which mix. */
  readonly mixes = new MixBook()
  readonly #byId = new Map<LegId, Entry>()
  readonly #byDialog = new Map<string, Leg>()
  readonly #byEndpoint = new Map<EndpointId, Leg>()
  readonly #byTransaction = new Map<TransactionId, Leg>()
  readonly #byCall = new Map<CallId, Set<Leg>>()
  readonly #byDevice = new Map<DeviceId, Set<Leg>>()
  readonly #mergeKeys = new Set<string>()
  /** Call-IDs of the INVITEs we sent: one that comes back has looped. */
  readonly #callIds = new Set<string>()
  /** Legs whose connection closed, waiting for their device. */
  readonly #lost = new Set<Leg>()
  readonly #trace: TracePort | undefined
  #inSetup = 0

  constructor(trace?: TracePort) {
    this.#trace = trace
  }

  add(leg: Leg): void {
    this.#byId.set(leg.id, {
      leg,
      dialogKey: undefined,
      mergeKey: undefined,
      callId: undefined,
      transaction: undefined,
    })
    this.#byEndpoint.set(leg.media.endpoint, leg)
    addTo(this.#byCall, leg.call, leg)
    addTo(this.#byDevice, leg.device.device, leg)
  }

  get(id: LegId): Leg | undefined {
    return this.#byId.get(id)?.leg
  }

  byDialog(key: string): Leg | undefined {
    return this.#byDialog.get(key)
  }

  byEndpoint(endpoint: EndpointId): Leg | undefined {
    return this.#byEndpoint.get(endpoint)
  }

  byTransaction(transaction: TransactionId): Leg | undefined {
    return this.#byTransaction.get(transaction)
  }

  ofCall(call: CallId): Iterable<Leg> {
    return this.#byCall.get(call) ?? []
  }

  ofDevice(device: DeviceId): Leg[] {
    return [...(this.#byDevice.get(device) ?? [])]
  }

  countOfDevice(device: DeviceId): number {
    return this.#byDevice.get(device)?.size ?? 0
  }

  all(): Leg[] {
    return [...this.#byId.values()].map((entry) => entry.leg)
  }

  bindDialog(leg: Leg, key: string): void {
    const entry = this.#byId.get(leg.id)
    if (entry === undefined || entry.dialogKey === key) return
    if (entry.dialogKey !== undefined) this.#byDialog.delete(entry.dialogKey)
    entry.dialogKey = key
    this.#byDialog.set(key, leg)
    // The key is both tags and the Call-ID.
    this.#trace?.join(key.slice(key.indexOf('|', key.indexOf('|') + 1) + 1), leg.call)
  }

  /** The leg belongs to another call from now on. */
  move(leg: Leg, call: CallId): void {
    const entry = this.#byId.get(leg.id)
    if (entry === undefined) return
    removeFrom(this.#byCall, leg.call, leg)
    leg.call = call
    addTo(this.#byCall, call, leg)
    const callId = leg.dialog?.callId
    if (callId !== undefined) this.#trace?.join(callId, call)
  }

  /** Requests of this dialog find nobody from now on. */
  forgetDialog(leg: Leg): void {
    const entry = this.#byId.get(leg.id)
    if (entry?.dialogKey === undefined) return
    this.#byDialog.delete(entry.dialogKey)
    entry.dialogKey = undefined
  }

  /** The leg has another endpoint from now on. */
  bindMedia(leg: Leg, media: MediaLink): void {
    if (!this.#byId.has(leg.id)) return
    this.#byEndpoint.delete(leg.media.endpoint)
    leg.media = media
    this.#byEndpoint.set(media.endpoint, leg)
  }

  /** An INVITE of the peer waits for its final response; CANCEL can still hit it. */
  openTransaction(leg: Leg, transaction: TransactionId): void {
    const entry = this.#byId.get(leg.id)
    if (entry === undefined) return
    this.closeTransaction(leg)
    entry.transaction = transaction
    this.#byTransaction.set(transaction, leg)
    this.#inSetup += 1
  }

  closeTransaction(leg: Leg): void {
    const entry = this.#byId.get(leg.id)
    if (entry?.transaction === undefined) return
    this.#byTransaction.delete(entry.transaction)
    entry.transaction = undefined
    this.#inSetup -= 1
  }

  claimMergeKey(leg: Leg, key: string): void {
    const entry = this.#byId.get(leg.id)
    if (entry === undefined) return
    entry.mergeKey = key
    this.#mergeKeys.add(key)
  }

  hasMergeKey(key: string): boolean {
    return this.#mergeKeys.has(key)
  }

  claimCallId(leg: Leg, callId: string): void {
    const entry = this.#byId.get(leg.id)
    if (entry === undefined) return
    if (entry.callId !== undefined) this.#callIds.delete(entry.callId)
    entry.callId = callId
    this.#callIds.add(callId)
    this.#trace?.join(callId, leg.call)
  }

  hasCallId(callId: string): boolean {
    return this.#callIds.has(callId)
  }

  noteLost(leg: Leg): void {
    this.#lost.add(leg)
  }

  noteFound(leg: Leg): void {
    this.#lost.delete(leg)
  }

  isLost(leg: Leg): boolean {
    return this.#lost.has(leg)
  }

  remove(leg: Leg): void {
    const entry = this.#byId.get(leg.id)
    if (entry === undefined) return
    this.closeTransaction(leg)
    this.mixes.leave(leg)
    this.#lost.delete(leg)
    this.#byId.delete(leg.id)
    this.#byEndpoint.delete(leg.media.endpoint)
    if (entry.dialogKey !== undefined) this.#byDialog.delete(entry.dialogKey)
    if (entry.mergeKey !== undefined) this.#mergeKeys.delete(entry.mergeKey)
    if (entry.callId !== undefined) this.#callIds.delete(entry.callId)
    removeFrom(this.#byCall, leg.call, leg)
    removeFrom(this.#byDevice, leg.device.device, leg)
  }

  legs(): number {
    return this.#byId.size
  }

  /** INVITEs of peers without final response. */
  inSetup(): number {
    return this.#inSetup
  }

  /** All entries of all books; zero when there is no leg. */
  size(): number {
    return (
      this.#byId.size +
      this.#byDialog.size +
      this.#byEndpoint.size +
      this.#byTransaction.size +
      this.#byCall.size +
      this.#byDevice.size +
      this.#mergeKeys.size +
      this.#callIds.size +
      this.#lost.size +
      this.mixes.size()
    )
  }
}

function addTo<Key>(book: Map<Key, Set<Leg>>, key: Key, leg: Leg): void {
  const known = book.get(key)
  if (known) known.add(leg)
  else book.set(key, new Set([leg]))
}

function removeFrom<Key>(book: Map<Key, Set<Leg>>, key: Key, leg: Leg): void {
  const known = book.get(key)
  known?.delete(leg)
  if (known?.size === 0) book.delete(key)
}
