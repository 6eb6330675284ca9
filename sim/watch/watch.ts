// What must hold at every moment of a run. Hears what call control sends and writes, looks at phones and
// media, and keeps the first thing that is wrong.
import type { CallEvent, Cdr, StoredLeg } from '@rufwerk/calls'
import type { LogFields } from '@rufwerk/core'
import type { Command } from '@rufwerk/media-control'
import { parseMessage, type SipRequest, type SipResponse } from '@rufwerk/sip'
import type { SentMessage } from '@rufwerk/testing'
import { HELP, ROOM, THREE_WAY } from '../company.ts'
import type { Witness, World } from '../world.ts'
import { MessageWatch } from './messages.ts'
import { RecordingWatch } from './recordings.ts'
import { SoundWatch } from './sound.ts'
import { complaintAbout } from './strict-message.ts'
import { lookAtTrunks } from './trunks.ts'

/** Each has a line in README.md. */
export type Invariant =
  | 'well-formed'
  | 'no-errors'
  | 'one-answer'
  | 'committed-first'
  | 'own-sound'
  | 'one-cdr'
  | 'few-writes'
  | 'no-ghosts'
  | 'acknowledged'
  | 'same-end'
  | 'calls-end'
  | 'nothing-left'
  | 'all-answered'
  | 'reachable'
  | 'sessions'
  | 'consent'
  | 'own-recording'
  | 'pause'
  | 'recordings-end'
  | 'evidence'
  | 'messages'
  | 'lamps'
  | 'trunks'
  | 'sane-phones'

export interface Breach {
  readonly invariant: Invariant
  readonly detail: string
}

/** What is known of a call of the server. */
export interface KnownCall {
  readonly legs: Map<string, 'incoming' | 'outgoing'>
  readonly runs: Set<number>
  readonly cdrs: Cdr[]
  writes: number
  /** Kinds of its events, as they were written. */
  readonly kinds: string[]
  /** Steps of transfers from it and to it. */
  transfers: number
}

export interface KnownDialog {
  readonly call: string
  readonly role: 'incoming' | 'outgoing'
  /** The call that it was led from. */
  readonly before: string | undefined
}

export class Watch implements Witness {
  /** The first thing that is wrong. */
  breach: Breach | undefined
  readonly calls = new Map<string, KnownCall>()
  /** By Call-ID of a dialog with a phone: the call, and who sent its INVITE. */
  readonly #joins: [string, string][] = []
  readonly dialogs = new Map<string, KnownDialog>()
  /** By Call-ID: in which run the server sent a BYE last. In this one it may be under way. */
  readonly byes = new Map<string, number>()
  /** To which call a leg belongs, as stored last. */
  readonly callOfLeg = new Map<string, string>()
  /** Calls of rooms: of the one with a number, or of those whom one person brings together. */
  readonly meetingOf = new Map<string, string>()
  /** Legs that hold the other side, as far as this run of call control has written it. */
  readonly holders = new Set<string>()
  hasSentOptions = false
  /** NOTIFYs about lamps and boxes. */
  notified = 0
  /** To tags of the server's answers by run, Call-ID and CSeq of an INVITE. */
  readonly #tags = new Map<string, string>()
  /**
   * By Call-ID: the re-INVITEs and UPDATEs, by who sent them, CSeq, and in which run we had to do with them.
   */
  readonly #changes = new Map<string, Set<string>>()
  readonly #committed = new Set<string>()
  /** Calls for help. */
  readonly #urgent = new Set<string>()
  #world: World | undefined
  #sound: SoundWatch | undefined
  recordings: RecordingWatch | undefined
  messages: MessageWatch | undefined
  /** By Call-ID. */
  readonly #legs = new Map<string, string>()

  begin(world: World): void {
    world.media.areJoined = (one, other) => this.areJoined(one, other)
    this.#world = world
    this.#sound = new SoundWatch(world, this)
    this.recordings = new RecordingWatch(world, this)
    this.messages = new MessageWatch(world, this)
  }

  /** What was not written when it crashed is not known any more. */
  crashed(): void {
    this.holders.clear()
  }

  mediaTold(command: Command): void {
    if (command.type === 'setSource') this.#sound?.changed()
    this.recordings?.told(command)
    this.messages?.told(command)
  }

  committed(): void {
    this.messages?.committed()
  }

  broken(invariant: Invariant, detail: string): void {
    if (this.breach !== undefined) return
    this.breach = { invariant, detail }
    this.#world?.trace.add(`BROKEN ${invariant}: ${detail}`)
  }

  /** To call control, which is up. */
  received(bytes: Uint8Array): void {
    const parsed = parseMessage(bytes)
    if (!parsed.ok || parsed.value.kind !== 'request') return
    this.#countChange(parsed.value, 'phone')
    const { method, headers, body } = parsed.value
    const leg = method === 'INFO' ? this.#legs.get(headers.callId) : undefined
    const key = /^Signal=(.)/.exec(Buffer.from(body).toString())?.[1]
    if (leg === undefined || key === undefined) return
    this.recordings?.keyed(leg, key)
    this.messages?.keyed(leg, key)
  }

  sent({ bytes }: SentMessage, isFromServer: boolean): void {
    if (!isFromServer) return
    const complaint = complaintAbout(bytes)
    if (complaint !== undefined) this.broken('well-formed', complaint)
    const parsed = parseMessage(bytes)
    if (!parsed.ok) return
    const message = parsed.value
    if (message.kind === 'request') this.#noteServerRequest(message)
    else if (message.headers.cseq.method === 'INVITE') this.#answersInvite(message)
    else if (message.headers.cseq.method === 'REGISTER' && message.status === 200)
      this.#acceptsContacts(message)
  }

  /** Re-INVITEs and UPDATEs in the dialogs of a call. One whose response a crash took away is done again. */
  changesOf(call: string): number {
    let count = 0
    for (const [callId, numbers] of this.#changes)
      if (this.dialogs.get(callId)?.call === call) count += numbers.size
    return count
  }

  legSaved({ call, leg, state }: StoredLeg): void {
    const { role, dialog: stored } = JSON.parse(state) as StoredState
    const dialog = stored?.dialog
    const known = this.#call(call)
    this.callOfLeg.set(leg, call)
    known.writes += 1
    known.legs.set(leg, role)
    if (dialog === undefined) return
    this.#legs.set(dialog.callId, leg)
    const { call: last, before } = this.dialogs.get(dialog.callId) ?? {}
    this.dialogs.set(dialog.callId, { call, role, before: last === call ? before : last })
  }

  eventsAppended(events: readonly CallEvent[]): void {
    for (const call of new Set(events.map((event) => event.call))) this.#call(call).writes += 1
    for (const { call, leg, type, detail } of events) {
      if (leg !== undefined && type === 'held') this.holders.add(leg)
      if (leg !== undefined && type === 'resumed') this.holders.delete(leg)
      const other = detail?.transferredTo ?? detail?.transferredFrom
      this.#call(call).kinds.push(type)
      if (type === 'requested' && detail?.dialled === HELP) this.#urgent.add(call)
      if (type === 'requested' && detail?.dialled === ROOM.extension) this.meetingOf.set(call, 'the room')
      if (type === 'requested' && detail?.dialled === THREE_WAY)
        this.meetingOf.set(call, `the conference of ${detail.byPerson ?? detail.person}`)
      if (typeof other === 'string') this.#joins.push([call, other])
      if (typeof other === 'string' || type.startsWith('transfer')) this.#call(call).transfers += 1
    }
  }

  /** Whether a transfer leads from one call to the other. */
  areLinked(one: string, other: string): boolean {
    return this.#joins.some(([a, b]) => (a === one && b === other) || (a === other && b === one))
  }

  /** Whether transfers have led somebody from one call to the other, over how many others it may be. */
  areJoined(one: string, other: string): boolean {
    const joined = new Set([one])
    for (const call of joined)
      for (const [here, there] of this.#joins) {
        if (here === call) joined.add(there)
        if (there === call) joined.add(here)
      }
    return joined.has(other)
  }

  ended(cdr: Cdr): void {
    const known = this.#call(cdr.call)
    known.writes += 1
    known.cdrs.push(cdr)
  }

  /** Nothing that happens outside is an error of ours. */
  logged(event: string, fields: LogFields | undefined): void {
    if (EVENTS_OF_FULL_DISK.has(event) && this.#world?.wasDiskFull) return
    this.broken('no-errors', `${event} ${JSON.stringify(fields)}`)
  }

  /** Looks at what is there now. */
  look(): void {
    const world = this.#world
    if (world === undefined) return
    this.#sound?.look()
    this.recordings?.look()
    this.messages?.look()
    lookAtTrunks(world, this)
    const [stray] = world.media.strays
    if (stray !== undefined) this.broken('own-sound', stray)
    for (const endpoint of world.media.endpoints.values()) {
      const talker = world.talkerOf(endpoint)
      const callId = talker?.dialog?.callId
      const call = callId === undefined ? undefined : this.dialogs.get(callId)?.call
      if (call !== undefined && call !== endpoint.call && !this.areJoined(call, endpoint.call))
        this.broken('own-sound', `an endpoint of ${endpoint.call} sends to a phone in ${call}`)
    }
    for (const { call, count } of world.disk.rows(TWICE))
      this.broken('one-cdr', `call ${call} has ${count} records`)
  }

  #noteServerRequest(request: SipRequest): void {
    this.#countChange(request, 'server')
    const { method, headers } = request
    if (method === 'BYE') this.byes.set(headers.callId, this.#world?.run ?? 0)
    this.hasSentOptions ||= method === 'OPTIONS'
    if (method === 'NOTIFY' && headers.get('event') !== 'refer') this.notified += 1
  }

  /** Of either side: re-INVITEs and UPDATEs are stored. */
  #countChange({ method, headers }: SipRequest, by: 'phone' | 'server'): void {
    if (method !== 'INVITE' && method !== 'UPDATE') return
    const { callId, cseq, toTag } = headers
    if (toTag === undefined) return
    const numbers = this.#changes.get(callId) ?? new Set()
    this.#changes.set(callId, numbers.add(`${this.#world?.run} ${by} ${cseq.seq}`))
  }

  #call(call: string): KnownCall {
    const known = this.calls.get(call)
    const run = this.#world?.run ?? 0
    if (known !== undefined) {
      known.runs.add(run)
      return known
    }
    const fresh: KnownCall = {
      legs: new Map(),
      runs: new Set([run]),
      cdrs: [],
      writes: 0,
      kinds: [],
      transfers: 0,
    }
    this.calls.set(call, fresh)
    return fresh
  }

  #answersInvite(response: SipResponse): void {
    const { status, headers } = response
    if (status === 100) return
    const world = this.#world
    const key = `${world?.run} ${headers.callId} ${headers.cseq.seq} ${headers.via.branch}`
    const tag = headers.toTag ?? ''
    const before = this.#tags.get(key)
    if (before !== undefined && before !== tag)
      this.broken(
        'one-answer',
        `INVITE ${headers.callId} was answered from two dialogs, ${before} and ${tag}`,
      )
    this.#tags.set(key, tag)
    if (status < 200 || status > 299 || this.#committed.has(`${key} 2xx`)) return
    this.#committed.add(`${key} 2xx`)
    const dialog = this.dialogs.get(headers.callId)
    const isStored = world?.disk.rows(OPEN_LEGS).some((row) => {
      const { dialog: stored } = JSON.parse(String(row.state)) as StoredState
      return stored?.dialog.callId === headers.callId && stored.dialog.state === 'confirmed'
    })
    const isRecorded = dialog !== undefined && world?.disk.rows(RECORD, dialog.call).length === 1
    // To a re-INVITE: a full disk does not keep anybody from hold (docs/decisions/0010).
    const isChange = dialog?.role === 'outgoing'
    // Nor from help.
    const mayBeLate = isChange || (dialog !== undefined && this.#urgent.has(dialog.call))
    if (!isStored && !isRecorded && !(mayBeLate && world?.wasDiskFull))
      this.broken('committed-first', `2xx to INVITE ${headers.callId} before its leg was committed`)
  }

  /** The contacts that a 200 lists, but for those of browsers, are in the store. */
  #acceptsContacts({ headers }: SipResponse): void {
    const world = this.#world
    const key = `${world?.run} ${headers.callId} ${headers.cseq.seq} ${headers.via.branch}`
    if (world === undefined || this.#committed.has(key)) return
    this.#committed.add(key)
    const device = `device-${headers.to.uri.user}`
    for (const contact of headers.contacts) {
      if (contact.uri.host === 'browser.invalid') continue
      const until = world.clock.wallTime() + Number(contact.params.get('expires') ?? 0) * 1000
      const place = `${contact.uri.host}:${contact.uri.port}`
      const rows = world.disk.rows('SELECT state, expires_at FROM bindings WHERE device = ?', device)
      const isStored = rows.some(
        (row) => String(row.state).includes(place) && Number(row.expires_at) >= until - 1000,
      )
      if (!isStored) this.broken('committed-first', `200 to REGISTER of ${device} before ${place} was stored`)
    }
  }
}

interface StoredState {
  readonly role: 'incoming' | 'outgoing'
  readonly dialog?: { readonly dialog: { readonly callId: string; readonly state: string } }
}

const EVENTS_OF_FULL_DISK: ReadonlySet<string> = new Set([
  'store.cannot-write',
  'binding not stored',
  'recording not stored',
  'consent not stored',
  'voicemail failed',
  'voicemail message not stored',
])
const TWICE = 'SELECT call, count(*) AS count FROM cdrs GROUP BY call HAVING count(*) > 1'
const OPEN_LEGS = 'SELECT state FROM legs JOIN live_calls ON live_calls.number = legs.number'
const RECORD = 'SELECT 1 FROM cdrs WHERE call = ?'
