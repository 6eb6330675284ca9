// Which a=crypto line is taken and which keys are ours (RFC 4568 §7): modes, offers and answers.
import { type CryptoLine, type CryptoSuite, KNOWN_SUITES, type SrtpKeys, SUITES } from './line.ts'

/**
 * What we offer, in this order. First the one that every phone must have (RFC 4568 §6.2.1), because some read
 * only the first line; it is also the cheapest here. Not the two with a tag of 32 bits: weaker, and peers
 * do not agree on the tag of their SRTCP; in an answer we take them.
 */
export const OUR_CRYPTO_SUITES: readonly CryptoSuite[] = [
  'AES_CM_128_HMAC_SHA1_80',
  'AES_256_CM_HMAC_SHA1_80',
  'AEAD_AES_256_GCM',
  'AEAD_AES_128_GCM',
]

/**
 * `off`: plain RTP only. `on`: SRTP when the other end can, plain otherwise. `required`: never plain; 488
 * instead.
 */
export type SrtpMode = 'off' | 'on' | 'required'

/** SRTP as both ends agreed on it. */
export interface AgreedSrtp {
  readonly suite: CryptoSuite
  /** What we protect with. */
  readonly local: SrtpKeys
  /** What the peer protects with. */
  readonly remote: SrtpKeys & Pick<CryptoLine, 'mki' | 'lifetimePackets'>
}

/** How we do SRTP on one leg. */
export interface SrtpPolicy {
  readonly mode: SrtpMode
  /** In an offer: these, in this order. In an answer: these and no others. */
  readonly suites?: readonly CryptoSuite[]
  /** Where keys come from: must be cryptographically strong. */
  readonly randomBytes: (size: number) => Uint8Array
  /**
   * New keys even where our last description had some: when the peer is another machine now, which cannot
   * know our rollover counter.
   */
  readonly renewsKeys?: boolean
}

/**
 * The profiles to offer, one after the other (RFC 3264 has one per m-line): the next one when the peer
 * refuses the one before with 488 or 606.
 */
export function profilesToOffer(mode: SrtpMode): readonly ('RTP/SAVP' | 'RTP/AVP')[] {
  if (mode === 'off') return ['RTP/AVP']
  return mode === 'on' ? ['RTP/SAVP', 'RTP/AVP'] : ['RTP/SAVP']
}

/** The line that an answer takes: the first in the offer's order whose suite the policy has. */
export function chooseLine(offered: readonly CryptoLine[], policy: SrtpPolicy): CryptoLine | undefined {
  const suites = policy.suites ?? KNOWN_SUITES
  return offered.find(({ suite }) => suites.includes(suite))
}

/** Both directions must never share a key: their packets could be taken for each other's. */
export function hasKeyOf(line: CryptoLine, other: CryptoLine): boolean {
  return line.key.length === other.key.length && line.key.every((byte, at) => byte === other.key[at])
}

/** Our line for a suite: with the key of our last description, if it had one. */
export function ownLine(
  tag: number,
  suite: CryptoSuite,
  policy: SrtpPolicy,
  previous: readonly CryptoLine[],
): CryptoLine {
  const known = policy.renewsKeys === true ? undefined : previous.find((line) => line.suite === suite)
  if (known !== undefined) return { tag, suite, key: known.key, salt: known.salt }
  return newLine(tag, suite, policy.randomBytes)
}

/** A line with a new key. */
export function newLine(tag: number, suite: CryptoSuite, randomBytes: SrtpPolicy['randomBytes']): CryptoLine {
  const { keyBytes, saltBytes } = SUITES.get(suite) as { keyBytes: number; saltBytes: number }
  // A copy: the source may give a Buffer, whose slices share its memory.
  const bytes = Uint8Array.from(randomBytes(keyBytes + saltBytes))
  return { tag, suite, key: bytes.slice(0, keyBytes), salt: bytes.slice(keyBytes) }
}

/** All lines of an offer; a later one keeps the tags, suites and keys of our last description. */
export function linesToOffer(policy: SrtpPolicy, previous: readonly CryptoLine[]): CryptoLine[] {
  if (previous.length > 0) return previous.map(({ tag, suite }) => ownLine(tag, suite, policy, previous))
  return (policy.suites ?? OUR_CRYPTO_SUITES).map((suite, index) => ownLine(index + 1, suite, policy, []))
}

/**
 * What an answer made of our lines (RFC 4568 §7.1.3): one line with tag and suite of one of ours. Undefined
 * when it does not fit, also when the peer sends our own key back.
 */
export function agreeOnLine(
  ours: readonly CryptoLine[],
  theirs: readonly CryptoLine[],
): AgreedSrtp | undefined {
  const [remote, ...more] = theirs
  const local = ours.find(({ tag, suite }) => tag === remote?.tag && suite === remote.suite)
  if (remote === undefined || local === undefined || more.length > 0) return undefined
  if (hasKeyOf(local, remote)) return undefined
  return agreed(local, remote)
}

export function agreed(local: CryptoLine, remote: CryptoLine): AgreedSrtp {
  const { key, salt, mki, lifetimePackets } = remote
  return {
    suite: local.suite,
    local: { key: local.key, salt: local.salt },
    remote: {
      key,
      salt,
      ...(mki === undefined ? {} : { mki }),
      ...(lifetimePackets === undefined ? {} : { lifetimePackets }),
    },
  }
}
