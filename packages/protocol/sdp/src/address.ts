// IP addresses as SDP writes them (RFC 8866 §9): what they are, and whether sound can be sent to them.
import type { AddressType } from './model.ts'

const IP4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
const IP6_CHARS_MAX = 45
const NAME = /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/

export function isIp4(text: string): boolean {
  return IP4.test(text)
}

/** Colon groups of up to four hex digits, one `::` at most, an IPv4 tail allowed (RFC 4291 §2.2). */
export function isIp6(text: string): boolean {
  if (text.length > IP6_CHARS_MAX || !text.includes(':')) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  let groups = 0
  for (let i = 0; i < halves.length; i += 1) {
    const half = halves[i] as string
    if (half === '') continue
    const parts = half.split(':')
    for (let j = 0; j < parts.length; j += 1) {
      const part = parts[j] as string
      const isTail = i === halves.length - 1 && j === parts.length - 1
      if (isTail && isIp4(part)) groups += 2
      else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups += 1
      else return false
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8
}

/** An address literal of that family, or a host name. */
export function isAddress(type: AddressType, text: string): boolean {
  if (type === 'IP4' && isIp4(text)) return true
  if (type === 'IP6' && isIp6(text)) return true
  // A name of digits and dots only would be a broken IPv4 address.
  return NAME.test(text) && !/^[0-9.]+$/.test(text)
}

/** "Send me nothing": the way to hold of RFC 2543, still in use (RFC 3264 §8.4). */
export function isUnspecified(text: string): boolean {
  return text === '0.0.0.0' || (isIp6(text) && /^[0:]+$/.test(text))
}

/** A literal of one machine: not a name, multicast, broadcast or reserved address, and not 0.0.0.0. */
export function isUnicast(text: string): boolean {
  if (isIp4(text)) {
    const first = Number(text.slice(0, text.indexOf('.')))
    return first > 0 && first < 224
  }
  return isIp6(text) && !isUnspecified(text) && !/^ff/i.test(text)
}
