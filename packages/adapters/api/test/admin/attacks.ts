// One attack on an office, and how the routes about attacks are used rightly.
import type { AttacksPort } from '@rufwerk/api/attacks'
import type { Attacks } from '@rufwerk/contract/attacks'

const OTHER_TENANT = 'tenant-other'
const BLOCKED = '203.0.113.9'.replaceAll('.', '_')

export const ATTACK_EXAMPLES = {
  attacks: { access: 'admin' },
  releaseAttacker: {
    access: 'admin',
    id: () => BLOCKED,
    ofColleague: async () => ({ id: BLOCKED }),
  },
  changeAttackSettings: {
    access: 'admin',
    body: {
      ...{ isOn: true, canaries: ['666'], spared: ['192.0.2.0/24'] },
      syslog: { host: '192.0.2.5', port: 514, transport: 'udp', format: 'cef' },
    },
  },
} as const

export function attacksOf(): AttacksPort {
  const counts = { 'unknown-name': 20 }
  const source = '203.0.113.9'
  const blocked = { at: 1, what: 'blocked', scope: 'udp', until: 60_001, source, counts } as const
  const view: Attacks = {
    settings: { isOn: true, canaries: ['666'], spared: ['127.0.0.0/8'] },
    blocks: [
      {
        ...{ id: BLOCKED, source, since: 1, until: 60_001, scope: 'udp', times: 1, isKnown: false },
        ...{ dropped: 7, counts },
      },
    ],
    ...{ blocked: 1, counts, canaryCalls: 0, tollRefusals: 0, overflow: 0 },
    events: [{ number: 2, ...blocked }],
    syslog: { sent: 2, dropped: 0, waiting: 0 },
  }
  return {
    view: () => view,
    release: ({ tenant }, id) => tenant !== OTHER_TENANT && id === BLOCKED,
    change: async () => ({ ok: true, value: undefined }),
  }
}
