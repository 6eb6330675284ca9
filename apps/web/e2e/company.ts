// The company of these tests: people, calls and devices as the server would tell them.
import type {
  CallDetail,
  CallRecord,
  Certificate,
  Device,
  Person,
  PhoneServer,
  Session,
} from '@rufwerk/contract'

const NAMES = [
  'Jonas Weber',
  'Anna Schmidt',
  'Dr. Friederike Müller-Lüdenscheidt',
  'Mehmet Yılmaz',
  'Sofia Kowalska',
  'Lukas Brandt',
  'Nguyễn Thị Hương',
  'Clara Österreicher-Hohenstein',
  'Ben Adams',
  'Ida Jørgensen',
  'Paul Fischer',
  'Marie Lefèvre',
]
const PRESENCE = [
  'available',
  'available',
  'talking',
  'offline',
  'available',
  'ringing',
  'available',
] as const

export const PEOPLE: readonly Person[] = NAMES.map((name, index) => ({
  id: `p${100 + index}`,
  name,
  extension: String(100 + index),
  kind: index === 1 ? 'voice' : 'person',
  presence: PRESENCE[index % PRESENCE.length] ?? 'available',
  role: index === 0 ? 'admin' : 'user',
  email: `${name
    .split(' ')
    .at(-1)
    ?.normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]/g, '')}@muster.example`,
}))

export function sessionOf(person: Person, isDemo: boolean, hasPassword: boolean): Session {
  return {
    person: { id: person.id, name: person.name, extension: person.extension, role: person.role ?? 'user' },
    tenant: { id: 't1', name: 'Muster GmbH', country: 'de' },
    language: 'de',
    isDemo,
    hasTelephony: true,
    hasPassword,
  }
}

const HOUR = 3_600_000
type Ending = Pick<CallRecord, 'endedBy' | 'cause' | 'status' | 'why'> & { readonly talkedMs?: number }

const ENDINGS: readonly Ending[] = [
  { endedBy: 'callee', cause: 16, status: 200, why: { rule: 'extension', values: {} }, talkedMs: 754_000 },
  { endedBy: 'system', cause: 20, status: 480, why: { rule: 'not-registered', values: {} } },
  { endedBy: 'caller', cause: 16, status: 200, why: { rule: 'extension', values: {} }, talkedMs: 61_000 },
  { endedBy: 'callee', cause: 17, status: 486, why: { rule: 'busy', values: {} } },
  { endedBy: 'caller', cause: 16, status: 487, why: { rule: 'extension', values: {} } },
  { endedBy: 'system', cause: 19, status: 480, why: { rule: 'no-answer', values: {} } },
]

/** A month of calls, newest first; the same each time but for the day they end on. */
export function callsOf(self: Person, now: number): CallRecord[] {
  return Array.from({ length: 75 }, (_, index) => {
    const other = PEOPLE[1 + ((index * 5) % (PEOPLE.length - 1))] ?? self
    const isOutgoing = index % 3 !== 1
    const ending = ENDINGS[index % ENDINGS.length] ?? (ENDINGS[0] as Ending)
    const startedAt = now - index * 7.3 * HOUR - 20 * 60_000
    const ringingAt = startedAt + 300
    const answeredAt = startedAt + 6_000
    const party = (person: Person) => ({ person: person.id, extension: person.extension, name: person.name })
    const callee = isOutgoing ? other : self
    const { talkedMs, ...rest } = ending
    return {
      id: `c${index}`,
      direction: isOutgoing ? 'outgoing' : 'incoming',
      from: party(isOutgoing ? self : other),
      dialled: callee.extension,
      to: party(callee),
      startedAt,
      ringingAt,
      ...(talkedMs === undefined
        ? { endedAt: startedAt + 20_000 }
        : {
            answeredAt,
            endedAt: answeredAt + talkedMs,
            answeredBy: { kind: 'person' as const, person: callee.id, name: callee.name },
          }),
      ...rest,
      ...(index === 1 && { forwardings: forwardingsTo(self) }),
      why: { rule: rest.why.rule, values: { name: callee.name, number: callee.extension } },
    }
  })
}

/** By a colleague, and before that by somebody outside. */
function forwardingsTo(self: Person): CallRecord['forwardings'] {
  const { id, extension, name } = PEOPLE.find(({ id }) => id !== self.id && id !== 'p101') ?? self
  return [
    { by: { extension: '+4930123456', name: '' }, why: 'unknown' },
    { by: { person: id, extension, name }, why: 'noAnswer' },
  ]
}

export function detailOf(call: CallRecord): CallDetail {
  const quality = { codec: 'opus', isRelayed: false, packetsSent: 37_688, packetsReceived: 37_650 }
  return {
    call,
    events: [
      { at: call.startedAt, type: 'requested', leg: 'l1' },
      { at: call.startedAt + 2, type: 'routed', why: call.why },
      { at: call.startedAt + 300, type: 'ringing', leg: 'l2' },
      ...(call.answeredAt === undefined ? [] : [{ at: call.answeredAt, type: 'answered', leg: 'l2' }]),
      { at: call.endedAt, type: 'ended', detail: { cause: call.cause, status: call.status } },
    ],
    quality:
      call.answeredAt === undefined
        ? []
        : [
            {
              leg: 'l1',
              role: 'caller',
              quality: { ...quality, lost: 38, jitterMs: 4.2, roundTripMs: 23, mos: 4.32 },
            },
            {
              leg: 'l2',
              role: 'callee',
              quality: { ...quality, codec: 'PCMA', lost: 1_310, jitterMs: 31, roundTripMs: 88, mos: 3.4 },
            },
          ],
  }
}

export function devicesOf(now: number): Device[] {
  return [
    {
      id: 'd1',
      kind: 'phone',
      name: 'Schreibtisch',
      sipName: 'k3v9x2mt',
      srtp: 'off',
      createdAt: now - 900 * HOUR,
      isRegistered: true,
    },
    {
      id: 'd2',
      kind: 'browser',
      name: 'Chromium auf Linux',
      sipName: 'b7q1r8wz',
      createdAt: now - 90 * HOUR,
      isRegistered: true,
    },
  ]
}

/** Not the usual ports: pages have to show what they are told. */
export const PHONE_SERVER: PhoneServer = { server: '192.168.1.20', port: 5070, tlsPort: 5071 }

const YEAR_MS = 365 * 86_400_000

/** Of the local authority. */
export const CERTIFICATE: Certificate = {
  sipTlsPort: 5071,
  source: 'local',
  names: ['localhost', '192.0.2.1'],
  issuer: 'CN=Rufwerk',
  fingerprint: Array.from({ length: 32 }, (_, at) => (at * 7 + 16).toString(16).padStart(2, '0'))
    .join(':')
    .toUpperCase(),
  notBefore: 1_790_000_000_000,
  notAfter: 1_790_000_000_000 + YEAR_MS,
  authority: {
    fingerprint: Array.from({ length: 32 }, (_, at) => (255 - at * 7).toString(16).padStart(2, '0'))
      .join(':')
      .toUpperCase(),
    notAfter: 1_790_000_000_000 + 10 * YEAR_MS,
  },
}
