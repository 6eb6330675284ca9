// The hardware address of a phone, as it stands on its label: with colons, hyphens, dots or nothing between.
import { MAC_DIGITS } from './limits.ts'

const LOOSE = /^[0-9A-Fa-f]{2}(?:[:.-]?[0-9A-Fa-f]{2}){5}$|^[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}$/

/** Twelve digits in lower case, or undefined when this is none, or nobody's: a group's, or all zeros. */
export function readMac(text: string): string | undefined {
  const trimmed = text.trim()
  if (!LOOSE.test(trimmed)) return undefined
  const digits = trimmed.replace(/[^0-9A-Fa-f]/g, '').toLowerCase()
  // IEEE 802: the lowest bit of the first octet says that a group is meant.
  const isGroup = (Number.parseInt(digits.slice(0, 2), 16) & 1) === 1
  return digits.length !== MAC_DIGITS || isGroup || /^0+$/.test(digits) ? undefined : digits
}
