// The endpoint of one leg in the media process: opened once, configured as often as the session changes,
// closed on every path. Commands keep their order; a command that is refused is counted and changes nothing
// here.
import type { CallId, EndpointId, LegId, SocketAddress, TenantId } from '@rufwerk/core'
import type {
  AnnouncedSound,
  AudioSource,
  Command,
  EndpointSnapshot,
  EndpointStats,
  IceDtls,
  MixId,
  Reply,
  SrtpKeys,
} from '@rufwerk/media-control'
import type { Agreed, LocalTransport } from '@rufwerk/sdp'
import type { AgreedSrtp, SrtpPolicy } from '@rufwerk/sdp/crypto'
import type { LegCounts } from '../counts.ts'
import type { LegLimits } from '../limits.ts'
import type { MediaPort, Timers } from '../ports.ts'

export interface Opened {
  readonly transport: LocalTransport
  readonly ssrc: number
  readonly cname: string
}

/** An end of plain RTP whose endpoint is gone: what the peer was told, and what was agreed on for it. */
export interface LostEnd {
  readonly at: SocketAddress
  readonly agreed: Agreed
}

/** Where an endpoint binds, and what the peer is told instead where that differs. */
export interface MediaAddress {
  readonly address: string
  readonly advertised?: string
  /** Plain RTP only: the port that a peer still sends to. */
  readonly wishedPort?: number
}

export interface MediaLinkOptions {
  readonly endpoint: EndpointId
  readonly tenant: TenantId
  readonly call: CallId
  readonly leg: LegId
  /** How plain RTP is protected. */
  readonly srtp: SrtpPolicy
  readonly media: MediaPort
  readonly timers: Timers
  readonly limits: LegLimits
  readonly counts: LegCounts
  /** Whether an endpoint that is opened now is one of an emergency call. */
  readonly isForHelp: () => boolean
  /** Runs what follows an answer and catches what it throws. */
  readonly guard: (work: () => void) => void
  /** The peer connection was refused: what was agreed on cannot come to be. */
  readonly onRefused: () => void
  /** A prompt cannot be played, or a mix cannot be joined. */
  readonly onSourceRefused: () => void
  /** What was to be played to this member of a mix cannot be. */
  readonly onAnnouncementRefused: () => void
}

type LinkState =
  | { readonly name: 'none' }
  | { readonly name: 'opening'; readonly waiting: ((opened: Opened | undefined) => void)[] }
  | { readonly name: 'open'; readonly opened: Opened }
  | { readonly name: 'closed' }

export class MediaLink {
  /** The connection to the peer is gone, and hardly ever comes back. */
  isBroken = false
  readonly #options: MediaLinkOptions
  #call: CallId
  #state: LinkState = { name: 'none' }
  #isConfigured = false
  #isEncrypted = false
  #remoteIce: IceDtls | undefined
  /** What the endpoint plays since before a restart: said again it would begin anew. */
  #playing: AudioSource | undefined

  constructor(options: MediaLinkOptions) {
    this.#options = options
    this.#call = options.call
  }

  get endpoint(): EndpointId {
    return this.#options.endpoint
  }

  get opened(): Opened | undefined {
    if (this.#state.name !== 'open') return undefined
    const { opened } = this.#state
    const { srtp } = this.#options
    if (opened.transport.type === 'webrtc' || srtp.mode === 'off') return opened
    return { ...opened, transport: { ...opened.transport, srtp } }
  }

  /** An endpoint that is opened from now on is one of this call. */
  moveTo(call: CallId): void {
    this.#call = call
  }

  /** Between the phone and us nobody can listen, as far as the keys went unseen. */
  get isEncrypted(): boolean {
    return this.#isEncrypted
  }

  /** True once a format was agreed on: from then on something can be heard. */
  get isConfigured(): boolean {
    return this.#isConfigured
  }

  /** The endpoint is open since before a restart, as it is described. False while it was being opened. */
  adopt(snapshot: EndpointSnapshot): boolean {
    const { local, ssrc, cname } = snapshot
    const transport = transportOf(local)
    if (transport === undefined) return false
    this.#state = { name: 'open', opened: { transport, ssrc, cname } }
    this.#isConfigured = snapshot.configuration !== undefined
    this.#isEncrypted = local.type === 'webrtc' || snapshot.configuration?.srtp !== undefined
    this.#playing = snapshot.source
    this.#remoteIce = local.type === 'webrtc' ? local.remote : undefined
    if (this.#remoteIce !== undefined) this.#keepRole(this.#remoteIce)
    return true
  }

  /** The endpoint is gone, without our asking. */
  abandon(): void {
    this.#state = { name: 'closed' }
    this.#isConfigured = false
    this.isBroken = false
  }

  /** The endpoint went with its media process before anybody was told of it: another one may be opened. */
  forget(): void {
    this.#state = { name: 'none' }
  }

  /** Opens plain RTP; calls back with undefined when the media process cannot. At once when it is open. */
  openRtp(at: MediaAddress, then: (opened: Opened | undefined) => void): void {
    this.#open({ type: 'openRtp', ...this.#named(), ...at }, then)
  }

  /** Opens WebRTC: with `remote` to answer an offer, without to make one. */
  openWebRtc(
    at: MediaAddress,
    remote: IceDtls | undefined,
    then: (opened: Opened | undefined) => void,
  ): void {
    this.#remoteIce = remote
    this.#open({ type: 'openWebRtc', ...this.#named(), ...at, ...(remote ? { remote } : {}) }, then)
  }

  /** The peer begins its side of the connection anew: a restart of ICE (RFC 8839 §4.4.1.1.1). */
  isRestartedBy({ ufrag }: IceDtls): boolean {
    return this.#remoteIce !== undefined && this.#remoteIce.ufrag !== ufrag
  }

  /** Tells the media process what was agreed on. */
  configure(agreed: Agreed): void {
    if (this.#state.name !== 'open') return
    const { endpoint } = this.#options
    const { iceDtls, rtp, dtmf, direction, send, receive, receiveDtmf, srtp } = agreed
    this.#isEncrypted = iceDtls !== undefined || srtp !== undefined
    if (iceDtls !== undefined && !isSameIce(iceDtls, this.#remoteIce)) {
      if (this.#remoteIce === undefined) this.#keepRole(iceDtls)
      this.#remoteIce = iceDtls
      this.#tell({ type: 'connectWebRtc', endpoint, remote: iceDtls }, this.#options.onRefused)
    }
    this.#isConfigured = true
    this.#tell({
      type: 'configure',
      endpoint,
      ...(rtp ? { remote: rtp } : {}),
      direction,
      send,
      receive,
      ...(dtmf ? { dtmf } : {}),
      receiveDtmf,
      ...(srtp ? { srtp: keysOf(srtp) } : {}),
    })
  }

  /** Our offer leaves the DTLS role to the answer; from then on it does not change (RFC 8842 §5.5). */
  #keepRole(remote: IceDtls): void {
    const { opened } = this
    if (opened?.transport.type !== 'webrtc' || opened.transport.ice.setup !== 'actpass') return
    const setup = remote.setup === 'active' ? 'passive' : 'active'
    const transport = { ...opened.transport, ice: { ...opened.transport.ice, setup } as const }
    this.#state = { name: 'open', opened: { ...opened, transport } }
  }

  setSource(source: AudioSource): void {
    const isPlaying = this.#playing !== undefined && isSameSource(this.#playing, source)
    this.#playing = undefined
    if (this.#state.name === 'open' && !isPlaying)
      this.#tell(
        { type: 'setSource', endpoint: this.#options.endpoint, source },
        source.type === 'prompt' || source.type === 'mix' ? this.#options.onSourceRefused : undefined,
      )
  }

  /** Into the mix that the endpoint is a member of: to itself, or to all. */
  announce(mix: MixId, to: 'this' | 'all', sound: AnnouncedSound): void {
    if (this.#state.name !== 'open') return
    const { endpoint, onAnnouncementRefused } = this.#options
    if (to === 'all') this.#tell({ type: 'announce', mix, sound })
    else this.#tell({ type: 'announce', mix, to: endpoint, sound }, onAnnouncementRefused)
  }

  sendDtmf(digit: string, durationMs: number): void {
    if (this.#state.name !== 'open') return
    this.#tell({ type: 'sendDtmf', endpoint: this.#options.endpoint, digit, durationMs })
  }

  /** Closes the endpoint, whatever its state; calls back with its last figures when it had any. */
  close(then: (stats: EndpointStats | undefined) => void): void {
    const { name } = this.#state
    this.#state = { name: 'closed' }
    if (name === 'none' || name === 'closed') {
      then(undefined)
      return
    }
    this.#ask({ type: 'close', endpoint: this.#options.endpoint }, (reply) =>
      then(reply?.type === 'closed' && this.#isConfigured ? reply.stats : undefined),
    )
  }

  #named() {
    const { endpoint, tenant, leg, isForHelp } = this.#options
    const help = isForHelp() ? { isEmergency: true } : {}
    return { endpoint, tenant, call: this.#call, leg, ...help }
  }

  #open(command: Command, then: (opened: Opened | undefined) => void): void {
    const state = this.#state
    if (state.name === 'open' || state.name === 'closed') {
      then(this.opened)
      return
    }
    if (state.name === 'opening') {
      state.waiting.push(then)
      return
    }
    const opening: LinkState = { name: 'opening', waiting: [then] }
    this.#state = opening
    this.#ask(command, (reply) => {
      if (this.#state !== opening) return // Closed meanwhile: nobody waits any more.
      const opened = openedOf(reply)
      this.#state = opened ? { name: 'open', opened } : { name: 'none' }
      for (const waiting of opening.waiting) waiting(this.opened)
    })
  }

  /** Waits for the answer, but not for ever. */
  #ask(command: Command, then: (reply: Reply | undefined) => void): void {
    const { media, timers, limits, guard } = this.#options
    let timer: Disposable | undefined
    const settle = (reply: Reply | undefined): void => {
      if (timer === undefined) return
      timer[Symbol.dispose]()
      timer = undefined
      this.#count(reply)
      guard(() => then(reply))
    }
    timer = timers.arm(limits.mediaReplyWithin, () => settle(undefined))
    Promise.try(() => media.command(command)).then(settle, () => settle(undefined))
  }

  #tell(command: Command, onRefused: () => void = () => undefined): void {
    const settle = (reply: Reply | undefined): void => {
      this.#count(reply)
      const isRefused = reply === undefined || reply.type === 'refused'
      if (isRefused && this.#state.name === 'open') this.#options.guard(onRefused)
    }
    Promise.try(() => this.#options.media.command(command)).then(settle, () => settle(undefined))
  }

  #count(reply: Reply | undefined): void {
    if (reply === undefined || reply.type === 'refused') this.#options.counts.mediaFailures += 1
  }
}

/** The endpoint as it is offered with this profile; WebRTC has one only. */
export function withProfile(opened: Opened, profile: 'RTP/AVP' | 'RTP/SAVP' | undefined): Opened {
  if (opened.transport.type === 'webrtc' || profile === undefined) return opened
  return { ...opened, transport: { ...opened.transport, profile } }
}

/** The endpoint as it is offered where both must do at once: plain RTP, with keys for who can (RFC 8643). */
export function withKeysInPlain(opened: Opened): Opened {
  if (opened.transport.type === 'webrtc') return opened
  return { ...opened, transport: { ...opened.transport, profile: 'RTP/AVP', hasKeysInPlain: true } }
}

/** As the media process takes them: key and salt in one, in base64. */
function keysOf({ suite, local, remote }: AgreedSrtp): SrtpKeys {
  const { mki, lifetimePackets } = remote
  return {
    suite,
    local: { keySalt: base64(local.key, local.salt) },
    remote: {
      keySalt: base64(remote.key, remote.salt),
      ...(mki === undefined ? {} : { mki: base64(mki) }),
      ...(lifetimePackets === undefined ? {} : { lifetimePackets }),
    },
  }
}

/** What was agreed on, from what the media process was told. */
export function agreedSrtpOf({ suite, local, remote }: SrtpKeys): AgreedSrtp {
  const saltBytes = suite.startsWith('AEAD') ? 12 : 14 // RFC 7714 §12, RFC 4568 §6.2.
  const cut = ({ keySalt }: SrtpKeys['local']) => {
    const bytes = Buffer.from(keySalt, 'base64')
    return { key: bytes.subarray(0, -saltBytes), salt: bytes.subarray(-saltBytes) }
  }
  const { mki, lifetimePackets } = remote
  return {
    suite,
    local: cut(local),
    remote: {
      ...cut(remote),
      ...(mki === undefined ? {} : { mki: Buffer.from(mki, 'base64') }),
      ...(lifetimePackets === undefined ? {} : { lifetimePackets }),
    },
  }
}

function base64(...parts: readonly Uint8Array[]): string {
  return Buffer.concat(parts).toString('base64')
}

function openedOf(reply: Reply | undefined): Opened | undefined {
  if (reply?.type === 'openedRtp') {
    const { rtp, rtcpPort, ssrc, cname } = reply
    return { transport: { type: 'rtp', rtp, rtcpPort }, ssrc, cname }
  }
  if (reply?.type === 'openedWebRtc') {
    return { transport: { type: 'webrtc', ice: reply.local }, ssrc: reply.ssrc, cname: reply.cname }
  }
  return undefined
}

function transportOf(local: EndpointSnapshot['local']): LocalTransport | undefined {
  if (local.type === 'rtp') return { type: 'rtp', rtp: local.rtp, rtcpPort: local.rtcpPort }
  return local.ice && { type: 'webrtc', ice: local.ice }
}

/** An echo or a voice goes on with what it is at, whatever it was begun with. */
function isSameSource(one: AudioSource, other: AudioSource): boolean {
  if (one.type !== other.type) return false
  if (one.type === 'echo' || one.type === 'parrot') return true
  return JSON.stringify(one) === JSON.stringify(other)
}

/** The same peer connection: a changed user fragment is a restart of ICE (RFC 8839 §4.4.1). */
function isSameIce(one: IceDtls, other: IceDtls | undefined): boolean {
  return one.ufrag === other?.ufrag && one.fingerprint === other.fingerprint
}
