// Who sends a request (RFC 3261 §22): the device that the WebSocket handshake proved, or a phone by digest,
// whose nonce is good for its address, whatever the port and transport. Unknown names, browsers' names and
// wrong passwords look the same from outside.
import type { DeviceId, Flow, Log } from '@rufwerk/core'
import { DigestAuthenticator, type SipRequest } from '@rufwerk/sip'
import type { LegCounts } from '../counts.ts'
import type { LegLimits } from '../limits.ts'
import type { DeviceCredentials, DevicePort, GatePort, Timers } from '../ports.ts'
import { Guesses } from './guesses.ts'
import { Probes } from './probes.ts'

export type Identity =
  | { readonly type: 'device'; readonly device: DeviceCredentials }
  | {
      readonly type: 'refused'
      readonly status: 401 | 403
      readonly headers?: readonly (readonly [string, string])[]
    }

export interface AuthOptions {
  readonly realm: string
  readonly nonceKey: Uint8Array
  readonly devices: DevicePort
  readonly timers: Timers
  readonly randomBytes: (size: number) => Uint8Array
  readonly limits: LegLimits
  readonly counts: LegCounts
  readonly log: Log
  readonly gate?: GatePort
  /** Those over which a device has registered. */
  readonly flowsOf: (sipName: string) => readonly Flow[]
}

const FORBIDDEN: Identity = { type: 'refused', status: 403 }

export class Authentication {
  readonly #options: AuthOptions
  readonly #digest: DigestAuthenticator
  readonly #guesses: Guesses
  readonly #probes: Probes

  constructor(options: AuthOptions) {
    this.#options = options
    const { noncesMax } = options.limits
    this.#digest = new DigestAuthenticator({ nonceKey: options.nonceKey, noncesMax })
    this.#guesses = new Guesses(options.limits)
    this.#probes = new Probes(options.limits)
  }

  identify(request: SipRequest, flow: Flow): Identity {
    const identity = flow.device === undefined ? this.#byDigest(request, flow) : this.#byFlow(flow.device)
    if (identity.type !== 'device' || speaksFor(request, identity.device)) return identity
    this.#options.counts.refusedIdentity += 1
    return FORBIDDEN
  }

  /** Whether it answers a challenge that went to its address: whoever forged that would not know it. */
  isAnswer(request: SipRequest, { remote }: Flow): boolean {
    const { realm, timers } = this.#options
    return this.#digest.isAnswer(request, { realm, source: remote.address }, timers.now())
  }

  /** Nonces, guessers and names of nobody remembered. */
  size(): number {
    return this.#digest.size() + this.#guesses.size() + this.#probes.size()
  }

  #byFlow(id: string): Identity {
    const device = this.#options.devices.byId(id as DeviceId)
    return device === undefined ? FORBIDDEN : { type: 'device', device }
  }

  #byDigest(request: SipRequest, flow: Flow): Identity {
    const { realm, devices, counts, timers, randomBytes, log } = this.#options
    const user = this.#digest.claimedUser(request, realm)
    const source = flow.remote.address
    if (user === undefined) return this.#challenge(request, flow, false)
    const now = timers.now()
    const flows = this.#options.flowsOf(user)
    const isBound = (): boolean => flows.some(({ remote }) => remote.address === source)
    // A phone goes on while its neighbour guesses its password: nobody else has its flow.
    const isOwnFlow = flows.some(({ id }) => id === flow.id)
    if (!isOwnFlow && !this.#guesses.mayTry(source, user, now, isBound)) {
      counts.refusedGuesses += 1
      this.#tellWrong(request, flow, user)
      return FORBIDDEN
    }
    const device = devices.bySipName(user)
    const proof = { realm, source, secret: device?.secret }
    const verdict = this.#digest.check(request, proof, { now, randomBytes })
    switch (verdict.type) {
      case 'authentic':
        if (device === undefined) return FORBIDDEN
        this.#options.gate?.authenticated(flow)
        return { type: 'device', device }
      case 'absent':
        return this.#challenge(request, flow, false)
      case 'stale':
        return this.#challenge(request, flow, true)
      case 'refused':
        if (verdict.why === 'replayed') return this.#challenge(request, flow, true)
        if (this.#guesses.wasWrong(source, user, now)) log.warn('passwords are guessed', { source, user })
        counts.refusedCredentials += 1
        this.#tellWrong(request, flow, user)
        return FORBIDDEN
    }
  }

  #tellWrong(request: SipRequest, flow: Flow, name: string): void {
    const { gate } = this.#options
    if (gate === undefined) return
    const { user: dialled } = request.uri
    gate.observe(flow, { kind: 'wrong-credentials', name, dialled, isAnswer: this.isAnswer(request, flow) })
  }

  /**
   * One challenge only (architecture: phones fail on two), with the algorithm of the device that From names
   * and MD5 for every other name, so that names of devices with MD5 cannot be found out.
   */
  #challenge(request: SipRequest, flow: Flow, isStale: boolean): Identity {
    const source = flow.remote.address
    const { realm, timers, randomBytes, counts, devices, log } = this.#options
    counts.challenged += 1
    const env = { now: timers.now(), randomBytes }
    const claimed = request.headers.from.uri.user
    const device = claimed === undefined ? undefined : devices.bySipName(claimed)
    if (device === undefined) {
      const { user: dialled } = request.uri
      this.#options.gate?.observe(flow, { kind: 'unknown-name', name: claimed, dialled })
      if (this.#probes.wasUnknown(source, claimed ?? '', env.now))
        log.warn('names are tried', { source, name: claimed })
    }
    const algorithm = device?.secret?.algorithm ?? 'md5'
    const isBrief = flow.transport === 'udp'
    const value = this.#digest.challenge({ realm, algorithm, source, isStale, isBrief }, env)
    return { type: 'refused', status: 401, headers: [['WWW-Authenticate', value]] }
  }
}

/**
 * A device sends under its own address of record only; REGISTER also for nobody else (RFC 3261 §10.3 step 4).
 */
function speaksFor(request: SipRequest, device: DeviceCredentials): boolean {
  if (request.headers.from.uri.user !== device.sipName) return false
  return request.method !== 'REGISTER' || request.headers.to.uri.user === device.sipName
}
