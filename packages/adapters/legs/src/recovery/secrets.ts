// What is secret in a description is not stored: the password of ICE and the keys of SRTP are with the media
// process, which gives them back after a restart of call control. Where a key of ours stood, tag and suite
// (RFC 4568 §9.1) are stored.
import type { EndpointSnapshot } from '@rufwerk/media-control'
import { newLine, parseCrypto, readNamedKey, writeCrypto, writeNamedKey } from '@rufwerk/sdp/crypto'

/** Lines that are secret, or of no use after a restart. */
const LEFT_OUT = /^a=(?:ice-pwd|crypto|key-mgmt|candidate|end-of-candidates|extmap|rtcp-fb|msid|ssrc)\b/
const CRYPTO = 'a=crypto:'
/** Stands for a password that is gone, because without one the description could not be read. */
const NO_PASSWORD = 'x'.repeat(22)

/** As it is stored. Plain RTP has nothing to leave out, and is what most legs are. */
export function withoutSecrets(text: string): string {
  if (!/^a=(?:ice-|crypto|key-mgmt)/m.test(text)) return text
  return text
    .split(/\r?\n/)
    .flatMap((line) => {
      if (line.startsWith(CRYPTO)) return withoutKey(line.slice(CRYPTO.length))
      return line === '' || LEFT_OUT.test(line) ? [] : [line]
    })
    .join('\n')
}

/**
 * Our description with the secrets of its endpoint again, as it was sent. A new key stands for one that the
 * media process does not have: it was only offered, or its endpoint is gone.
 */
export function withSecrets(
  stored: string,
  endpoint: EndpointSnapshot | undefined,
  randomBytes: (size: number) => Uint8Array,
): string {
  const lines = stored.split(/\r?\n/).flatMap((line) => {
    if (line.startsWith(CRYPTO)) return withKey(line.slice(CRYPTO.length), endpoint, randomBytes)
    if (line.startsWith('a=ice-ufrag:')) return [line, ...iceLines(endpoint)]
    return line === '' ? [] : [line]
  })
  return `${lines.join('\r\n')}\r\n`
}

function withoutKey(value: string): string[] {
  const line = parseCrypto(value)
  return line.ok ? [CRYPTO + writeNamedKey(line.value)] : []
}

function withKey(
  value: string,
  endpoint: EndpointSnapshot | undefined,
  randomBytes: (size: number) => Uint8Array,
): string[] {
  const named = readNamedKey(value)
  if (named === undefined) return []
  const agreed = endpoint?.configuration?.srtp
  if (agreed?.suite === named.suite) return [`${CRYPTO}${value} inline:${agreed.local.keySalt}`]
  return [CRYPTO + writeCrypto(newLine(named.tag, named.suite, randomBytes))]
}

function iceLines(endpoint: EndpointSnapshot | undefined): string[] {
  const ice = endpoint?.local.type === 'webrtc' ? endpoint.local.ice : undefined
  if (ice === undefined) return [`a=ice-pwd:${NO_PASSWORD}`]
  return [`a=ice-pwd:${ice.pwd}`, ...ice.candidates.map((candidate) => `a=${candidate}`)]
}
