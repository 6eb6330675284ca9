// Names of devices, brought to one form. What makers leave where a number should be is no name: else all
// devices of that maker would be one.
import { TEXT_CHARS_MAX } from './limits.ts'
import { type DeviceNames, NAME_KINDS, type NameKind } from './report.ts'

const NO_SERIALS = new Set([
  ...[
    '',
    '0',
    'none',
    'n/a',
    'na',
    'null',
    'unknown',
    'default string',
    'default',
    'invalid',
    'not specified',
  ],
  ...['to be filled by o.e.m.', 'to be filled by oem', 'system serial number', 'not applicable', 'o.e.m.'],
  ...['serial number', 'chassis serial number', 'oem', 'xxxxxxxx', '123456789', '1234567890', '0123456789'],
])
const NO_HOSTS = new Set(['', 'localhost', 'localhost.localdomain', 'unknown', 'null'])

export interface Name {
  readonly kind: NameKind
  /** In one form: equal for the same device. */
  readonly value: string
}

/** The surest first; empty when nothing names the device. */
export function namesOf(device: DeviceNames): Name[] {
  return NAME_KINDS.flatMap((kind) => {
    const text = device[kind]
    const value = text === undefined ? undefined : plain(kind, text)
    return value === undefined ? [] : [{ kind, value }]
  })
}

export const nameKey = ({ kind, value }: Name): string => `${kind} ${value}`

function plain(kind: NameKind, text: string): string | undefined {
  const value = text.trim().toLowerCase().slice(0, TEXT_CHARS_MAX)
  switch (kind) {
    case 'serial':
      return NO_SERIALS.has(value) || /^(.)\1*$/.test(value) ? undefined : value
    case 'mac': {
      const digits = value.replace(/[:.\s-]/g, '')
      // No multicast address, which is nobody's (IEEE 802), and none of zeros.
      const isAddress = /^[0-9a-f]{12}$/.test(digits) && (Number.parseInt(digits.slice(0, 2), 16) & 1) === 0
      return isAddress && digits !== '000000000000' ? digits : undefined
    }
    case 'hostname':
      return NO_HOSTS.has(value) ? undefined : value
    default:
      return value === '' ? undefined : value
  }
}
