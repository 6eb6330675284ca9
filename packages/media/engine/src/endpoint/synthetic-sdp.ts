// The private description by which libdatachannel becomes a raw transport: one m-line that carries only ICE
// and DTLS. What was really negotiated never reaches the library; every SSRC and RTCP arrives on its one
// track. Nothing of a peer is written into it that was not checked character by character.
import { fail, ok, type Result } from '@rufwerk/core'
import type { IceDtls } from '@rufwerk/media-control'
import { CANDIDATES_MAX } from '../limits.ts'

/** RFC 8839 §5.4: ice-char. */
const UFRAG = /^[A-Za-z0-9+/]{4,256}$/
const PWD = /^[A-Za-z0-9+/]{22,256}$/
const FINGERPRINT = /^sha-256 (?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/i
/**
 * RFC 8839 §5.1, UDP and literal addresses only; names (mDNS) are found as peer-reflexive candidates instead.
 */
const CANDIDATE =
  /^candidate:[A-Za-z0-9+/]{1,32} [1-2] udp \d{1,10} [0-9a-f.:]{2,45} \d{1,5} typ (?:host|srflx|prflx|relay)(?: |$)/i
const CANDIDATE_CHARS = /^[A-Za-z0-9+/:.\- ]{1,256}$/

/** Whether all parts are what they must be; unusable candidates are left out, not refused. */
export function checkIceDtls(remote: IceDtls): Result<IceDtls, string> {
  if (!UFRAG.test(remote.ufrag)) return fail('ufrag')
  if (!PWD.test(remote.pwd)) return fail('pwd')
  if (!FINGERPRINT.test(remote.fingerprint)) return fail('fingerprint')
  const candidates = remote.candidates
    .map((candidate) => (candidate.startsWith('a=') ? candidate.slice(2) : candidate).trim())
    .filter((candidate) => CANDIDATE.test(candidate) && CANDIDATE_CHARS.test(candidate))
    .slice(0, CANDIDATES_MAX)
  return ok({ ...remote, candidates })
}

/** `remote` has been through `checkIceDtls`. */
export function writeSyntheticSdp(remote: IceDtls): string {
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    'a=sendrecv',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    `a=ice-ufrag:${remote.ufrag}`,
    `a=ice-pwd:${remote.pwd}`,
    `a=fingerprint:${remote.fingerprint}`,
    `a=setup:${remote.setup}`,
    ...remote.candidates.map((candidate) => `a=${candidate}`),
  ]
  return `${lines.join('\r\n')}\r\n`
}

/** What the library describes of our end. */
export function readSyntheticSdp(sdp: string): Result<IceDtls, string> {
  const values = (name: string) =>
    sdp
      .split(/\r?\n/)
      .filter((line) => line.startsWith(`a=${name}:`))
      .map((line) => line.slice(name.length + 3))
  const [ufrag] = values('ice-ufrag')
  const [pwd] = values('ice-pwd')
  const [fingerprint] = values('fingerprint')
  const [setup] = values('setup')
  if (!ufrag || !pwd || !fingerprint) return fail('incomplete local description')
  if (setup !== 'active' && setup !== 'passive' && setup !== 'actpass') return fail('no DTLS role')
  const candidates = values('candidate').map((candidate) => `candidate:${candidate}`)
  if (candidates.length === 0) return fail('no local candidate')
  return ok({ ufrag, pwd, fingerprint, setup, candidates })
}

/** One step of the local preference (RFC 8445 §5.1.2.1): what tells candidates of one kind apart. */
const LOCAL_PREFERENCE_STEP = 256

/**
 * The same end with `advertised` in front: behind a NAT with forwarded ports a host candidate of the public
 * address is what the peer can reach (the port stays). The local address stays as the second one, for peers
 * that were taken for strangers; last comes the door for those that use the relay beside us.
 */
export function advertise(
  local: IceDtls,
  {
    address,
    advertised,
    doorPort,
  }: { address: string; advertised?: string | undefined; doorPort?: number | undefined },
): IceDtls {
  if (advertised === undefined) return local
  const own = local.candidates
    .map((candidate) => candidate.split(' '))
    .find(([, , , , host]) => host === address)
  if (own === undefined) return local
  const [foundation, component, protocol, priority, host, port, ...rest] = own
  const other = (mark: string, step: number, at: readonly (string | number | undefined)[]): string =>
    [`${foundation}${mark}`, component, protocol, Number(priority) + step, ...at, ...rest].join(' ')
  const before = advertised === address ? [] : [other('a', LOCAL_PREFERENCE_STEP, [advertised, port])]
  const after = doorPort === undefined ? [] : [other('r', -LOCAL_PREFERENCE_STEP, [host, doorPort])]
  return { ...local, candidates: [...before, ...local.candidates, ...after] }
}
