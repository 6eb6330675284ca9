// Legs over the ends of processes. After a restart of call control: what is stored becomes legs again
// before the sockets open, and what is due is said to the peers when they are open. After the end of a
// media process: new endpoints, offered at a bounded rate.
import type { Cdr, EndedLeg, StoredLeg } from '@rufwerk/calls'
import {
  type EndpointId,
  type Flow,
  isReliable,
  type LegId,
  type Ms,
  ms,
  seconds,
  type WallTime,
} from '@rufwerk/core'
import type { EndpointSnapshot } from '@rufwerk/media-control'
import { newResponse, nextRequest, type SipRequest } from '@rufwerk/sip'
import { contactHeader, SDP_TYPE } from '../headers.ts'
import { type LegContext, respond } from '../leg/context.ts'
import type { Leg } from '../leg/leg.ts'
import { loseFlow } from '../leg/lost-path.ts'
import { byeAfterCancel } from '../leg/stray.ts'
import { ackAndBye, hangUp } from '../leg/teardown.ts'
import { cancelReasons, reasonHeader, TEMPORARY_FAILURE } from '../reason.ts'
import { resumeTimer } from '../session/refresh.ts'
import { NOBODY } from '../transactions.ts'
import { loseMedia } from './lost-media.ts'
import { Paced } from './paced.ts'
import { loseEndpoints, renewMedia, renewOnceAnswered } from './renewal.ts'
import { expectRepeats } from './repeats.ts'
import { dialogAfterRestart, restoreLeg } from './restored-leg.ts'
import { noteLostEnd, reopenMedia, restoreLostEnd } from './same-port.ts'
import { readInvite, readStoredLeg, type StoredState } from './stored-leg.ts'

/** Peers that are told something, a second. */
const PACE_PER_SECOND = 400
/** Endpoints that are opened where they were, a second: the media process alone has work with them. */
const REOPENED_PER_SECOND = 4_000
/** An unanswered INVITE that is older was ended long ago: nothing rings for so long. */
const UNANSWERED_MAX: Ms = seconds(300)
/** 64*T1: after that nobody repeats a message or waits for one (RFC 3261 §17.1.1.2). */
const REPEATED_MAX: Ms = seconds(32)
/** Twice 64*T1: what was owed to a leg when its call ended was said by then, or nobody waits for it. */
const OWED_MAX: Ms = seconds(64)
/** Between two looks whether browsers are connected. */
const LOOK_INTERVAL: Ms = ms(50)
/** Between repetitions of a 2xx (RFC 3261 §13.3.1.4). */
const T1: Ms = ms(500)
const T2: Ms = ms(4_000)

export class Recovery {
  readonly #context: LegContext
  readonly #tellEnded: (leg: LegId) => void
  readonly #paced: Paced
  readonly #reopened: Paced
  /** Legs that are being opened where they were. */
  readonly #reopening = new Set<Leg>()
  #onReopened: () => void = () => undefined
  /** Of legs with a browser, which comes over HTTP: what is done as soon as it is known that they go on. */
  #early: { readonly leg: Leg; readonly work: () => void }[] = []
  /** What is said when the sockets are open. */
  #due: { readonly work: () => void; readonly isUrgent: boolean }[] = []
  /** What is done after that: nobody waits for it. */
  #afterwards: (() => void)[] = []
  #isOpen = false

  constructor(context: LegContext, tellEnded: (leg: LegId) => void) {
    this.#context = context
    this.#tellEnded = tellEnded
    this.#paced = new Paced(context.ports.timers, PACE_PER_SECOND)
    this.#reopened = new Paced(context.ports.timers, REOPENED_PER_SECOND)
  }

  /**
   * Answered legs are in the books again. Those whose endpoint a media process that lives has not are over;
   * when it has none at all it is another one, and all get new endpoints.
   */
  restore(stored: readonly StoredLeg[], endpoints: readonly EndpointSnapshot[]): void {
    const open = new Map(endpoints.map((endpoint) => [endpoint.endpoint, endpoint]))
    // A leg may have got another endpoint, and that is not stored yet.
    const byLeg = new Map(endpoints.map((endpoint) => [endpoint.leg, endpoint]))
    const openOf = ({ leg }: StoredLeg, { endpoint }: StoredState) => open.get(endpoint) ?? byLeg.get(leg)
    const legs = stored.flatMap((row) => {
      const state = readStoredLeg(row)
      return state === undefined ? [] : [{ row, state }]
    })
    const isSameMedia = legs.some(({ row, state }) => isAnswered(state) && openOf(row, state) !== undefined)
    for (const { row, state } of legs)
      this.#attempt(row.leg, () => {
        if (isAnswered(state)) this.#stand(row, state, openOf(row, state), isSameMedia)
        else this.#letGo(row.leg, state)
      })
  }

  /**
   * These belong to calls that go on; other legs are over. Gives the endpoints that go on. What can be opened
   * where it was is opened at once: that needs no sockets of SIP, and no phone that connects again.
   */
  keep(wanted: ReadonlySet<LegId>): EndpointId[] {
    const { table } = this.#context
    for (const leg of table.all()) {
      if (wanted.has(leg.id)) continue
      leg.media.abandon() // Nobody claims it.
      this.#over(leg)
    }
    for (const leg of wanted) if (table.get(leg) === undefined) this.#later(() => this.#tellEnded(leg))
    const legs = table.all().filter(({ id }) => wanted.has(id))
    for (const leg of legs) if (leg.lostEnd !== undefined) this.#reopen(leg)
    for (const { leg, work } of this.#early) if (wanted.has(leg.id)) this.#paced.add(work, true)
    this.#early = []
    return legs.flatMap(({ media }) => (media.opened === undefined ? [] : [media.endpoint]))
  }

  /**
   * Legs of calls that have their record: a BYE or CANCEL may have died with the run before, so it is said
   * once more, after all that is due to calls that go on. A peer that had heard it answers 481.
   */
  settle(ended: readonly EndedLeg[]): void {
    const now = this.#context.ports.wallTime()
    for (const { leg, cdr } of ended) {
      const state = readStoredLeg(leg)
      if (state === undefined || !isOwed(state, cdr, now)) continue
      this.#attempt(leg.leg, () => {
        if (isAnswered(state)) this.#sayBye(leg.leg, state)
        else this.#letGo(leg.leg, state)
      })
    }
  }

  /**
   * Resolves when what can be opened where it was is open, or after this time: who talks comes before who
   * connects again.
   */
  reopened(within: Ms): Promise<void> {
    if (this.#reopening.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = this.#context.ports.timers.arm(within, resolve)
      this.#onReopened = () => {
        timer[Symbol.dispose]()
        resolve()
      }
    })
  }

  /** Resolves when browsers in calls are connected to their new endpoints, or after this time. */
  connected(within: Ms): Promise<void> {
    const { table, ports } = this.#context
    const isWaiting = ({ state, isToConnect }: Leg): boolean => isToConnect && state.name === 'confirmed'
    return new Promise((resolve) => {
      const look = (left: number): void => {
        if (left <= 0 || !table.all().some(isWaiting)) resolve()
        else ports.timers.arm(LOOK_INTERVAL, () => look(left - LOOK_INTERVAL))
      }
      look(within)
    })
  }

  /** The sockets are open. */
  resume(): void {
    this.#isOpen = true
    for (const { work, isUrgent } of this.#due) this.#paced.add(work, isUrgent)
    for (const work of this.#afterwards) this.#paced.add(work)
    this.#due = []
    this.#afterwards = []
  }

  mediaLost(): void {
    this.#reopening.clear()
    for (const leg of this.#context.table.all()) if (leg.state.name === 'confirmed') noteLostEnd(leg)
    loseEndpoints(this.#context)
  }

  /** A media process is there again, with these endpoints. Gives those that go on. */
  mediaFound(endpoints: ReadonlySet<EndpointId>): EndpointId[] {
    const going: EndpointId[] = []
    for (const leg of this.#browsersFirst()) {
      const { media, state } = leg
      if (media.opened !== undefined && endpoints.has(media.endpoint)) going.push(media.endpoint)
      else if (state.name === 'resuming') renewOnceAnswered(this.#context, leg)
      else if (state.name !== 'confirmed') continue
      else if (media.opened !== undefined) this.#over(leg)
      else if (leg.lostEnd === undefined) this.#renew(leg)
      else this.#reopen(leg)
    }
    return going
  }

  /** Calls with a browser, where ICE and DTLS come on top of the answer, then the others. */
  #browsersFirst(): Leg[] {
    const legs = this.#context.table.all()
    const calls = new Set(legs.filter(({ isWebRtc }) => isWebRtc).map(({ call }) => call))
    return legs.toSorted((a, b) => Number(calls.has(b.call)) - Number(calls.has(a.call)))
  }

  size(): number {
    const { length } = [...this.#due, ...this.#early, ...this.#afterwards]
    return this.#paced.size() + this.#reopened.size() + length
  }

  close(): void {
    this.#paced.close()
    this.#reopened.close()
    this.#reopening.clear()
    this.#due = []
    this.#early = []
    this.#afterwards = []
  }

  #later(work: () => void, isUrgent = false): void {
    if (this.#isOpen) this.#paced.add(work, isUrgent)
    else this.#due.push({ work, isUrgent })
  }

  /**
   * What is stored of a leg may be anything: what fails ends that leg, and the server starts all the same.
   */
  #attempt(id: LegId, work: () => void): void {
    try {
      work()
    } catch (error) {
      const { counts, ports, table } = this.#context
      counts.failures += 1
      ports.log.error('leg could not be recovered', { leg: id, error: String(error) })
      const leg = table.get(id)
      if (leg !== undefined) this.#over(leg)
    }
  }

  #laterFor(leg: Leg, what: string, work: () => void, isUrgent = false): void {
    this.#later(() => this.#context.guard(leg, what, work), isUrgent)
  }

  #stand(
    row: StoredLeg,
    state: StoredState,
    snapshot: EndpointSnapshot | undefined,
    isSameMedia: boolean,
  ): void {
    const leg = restoreLeg(this.#context, row, state, snapshot)
    if (leg === undefined) return
    if (isReliable(leg.flow.transport)) loseFlow(this.#context, leg, this.#context.limits.restoredFlowMax)
    const turn = this.#finishInvites(leg, state)
    this.#afterwards.push(() =>
      this.#context.guard(leg, 'session timer', () => resumeTimer(this.#context, leg)),
    )
    const isOver = !leg.media.isConfigured && isSameMedia && leg.media.opened === undefined
    if (snapshot === undefined && !isSameMedia) restoreLostEnd(leg, state)
    if (isOver) turn.push(() => this.#hangUp(leg))
    else if (!leg.media.isConfigured && leg.lostEnd === undefined) {
      leg.isToConnect = comesOverHttp(leg)
      turn.push(() => renewMedia(this.#context, leg))
    } else if (snapshot?.local.type === 'webrtc' && !snapshot.isConnected)
      turn.push(() => loseMedia(this.#context, leg, 'connection'))
    if (turn.length === 0) return
    const work = (): void => {
      for (const each of turn) this.#context.guard(leg, 'after the restart', each)
    }
    if (comesOverHttp(leg)) this.#early.push({ leg, work })
    else this.#later(work)
  }

  #renew(leg: Leg): void {
    this.#laterFor(leg, 'new endpoint', () => renewMedia(this.#context, leg), true)
  }

  #reopen(leg: Leg): void {
    const { guard } = this.#context
    const settle = (isToOffer: boolean): void => {
      this.#reopening.delete(leg)
      if (isToOffer) this.#renew(leg)
      if (this.#reopening.size === 0) this.#onReopened()
    }
    this.#reopening.add(leg)
    this.#reopened.add(() => guard(leg, 'same port', () => reopenMedia(this.#context, leg, settle)))
  }

  #over(leg: Leg): void {
    this.#laterFor(leg, 'over', () => this.#hangUp(leg))
  }

  #hangUp(leg: Leg): void {
    hangUp(this.#context, leg, TEMPORARY_FAILURE, 'network')
  }

  /**
   * An INVITE of theirs that may not have got its 2xx gets it when the turn comes; one of ours whose 2xx
   * comes again an ACK.
   */
  #finishInvites(leg: Leg, state: StoredState): (() => void)[] {
    const left = REPEATED_MAX - (this.#context.ports.wallTime() - state.at)
    if (left <= 0) return []
    if (state.stage === 'answering') {
      const invite = readInvite(state.invite)
      if (invite === undefined) return []
      return [() => this.#reachLeg(leg, state, () => this.#answerAgain(leg, invite, ms(left)))]
    }
    if (leg.flow.transport === 'udp') expectRepeats(this.#context, leg, ms(left))
    return []
  }

  #answerAgain(leg: Leg, invite: SipRequest, left: Ms): void {
    const { transactions, ports, product } = this.#context
    if (leg.state.name !== 'confirmed') return
    const transaction = transactions.resumeReceived(invite, leg.flow)
    leg.noteInvite(invite.headers.cseq.seq, transaction)
    const content = leg.session.localText
    const response = newResponse(invite, 200, {
      toTag: leg.state.dialog.localTag,
      headers: [['Server', product], contactHeader(leg.flow, leg.contactUser)],
      ...(content === undefined ? {} : { body: { type: SDP_TYPE, content } }),
    })
    const give = (interval: Ms, rest: number): void => {
      transactions.respond(transaction, response)
      if (rest <= interval) return
      const again = (): void => give(ms(Math.min(interval * 2, T2)), rest - interval)
      leg.timers.set('answer', ports.timers.arm(interval, again))
    }
    give(T1, left)
  }

  /** CANCEL to whom we called, 500 to who called. */
  #letGo(leg: LegId, state: StoredState): void {
    const { transactions, ports } = this.#context
    const invite = readInvite(state.invite)
    if (invite === undefined || ports.wallTime() - state.at > UNANSWERED_MAX) return
    const toTag = state.dialog?.dialog.localTag
    const say = (flow: Flow): void =>
      this.#attempt(leg, () => {
        if (state.role === 'incoming') {
          const transaction = transactions.resumeReceived(invite, flow)
          const headers = [reasonHeader(TEMPORARY_FAILURE)]
          respond(this.#context, transaction, invite, 500, { headers, ...(toTag ? { toTag } : {}) })
          return
        }
        const transaction = transactions.resumeRequest(invite, flow, {
          onResponse: (response, from) => {
            if (response.status >= 200 && response.status < 300)
              ackAndBye(this.#context, invite, response, from)
          },
          onFailed: (_why, tag) => tag !== undefined && byeAfterCancel(this.#context, invite, tag, flow),
        })
        transactions.cancel(transaction, cancelReasons(TEMPORARY_FAILURE))
      })
    this.#later(() => this.#reach(state.flow, state, say))
  }

  #sayBye(leg: LegId, state: StoredState): void {
    const { transactions } = this.#context
    const dialog = dialogAfterRestart(this.#context, state)?.dialog
    if (dialog === undefined) return
    const { request } = nextRequest(dialog, 'BYE', { headers: [reasonHeader(TEMPORARY_FAILURE)] })
    const say = (flow: Flow): void =>
      this.#attempt(leg, () => void transactions.request(request, flow, NOBODY))
    this.#later(() => this.#reach(state.flow, state, say))
  }

  #reachLeg(leg: Leg, state: StoredState, say: () => void): void {
    if (this.#context.table.isLost(leg)) this.#reach(leg.flow, state, say)
    else say()
  }

  /** At once over UDP; behind a connection when the phone has connected again. */
  #reach(flow: Flow, { device, instance, boot }: StoredState, say: (flow: Flow) => void): void {
    if (isReliable(flow.transport)) this.#context.owed.add({ device, instance, boot, flow }, say)
    else say(flow)
  }
}

/** It needs no socket of SIP. */
function comesOverHttp({ flow: { transport } }: Leg): boolean {
  return transport === 'ws' || transport === 'wss'
}

function isAnswered({ stage }: StoredState): boolean {
  return stage === 'confirmed' || stage === 'answering'
}

/** Not to whom ended it by a BYE or CANCEL, and not for ever. */
function isOwed(state: StoredState, { endedBy, endedAt, why, transferredTo }: Cdr, now: WallTime): boolean {
  // Who ended it by leading the other one elsewhere waits for our BYE.
  const hasHungUp = transferredTo === undefined
  if (hasHungUp && endedBy === 'caller' && state.role === 'incoming') return false
  if (hasHungUp && endedBy === 'callee' && state.role === 'outgoing' && isAnswered(state)) return false
  // A record that a restart made says when something happened in the call last, not when it was made.
  return why.rule === 'restart' ? now - state.at <= UNANSWERED_MAX : now - endedAt <= OWED_MAX
}
