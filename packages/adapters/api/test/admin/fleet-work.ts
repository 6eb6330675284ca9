// Allowed versions and a playbook of an office, and how their routes are used rightly.
import type { FleetWorkPort } from '@rufwerk/api/fleet-work'
import { fail, ok } from '@rufwerk/core'

const OTHER_TENANT = 'tenant-other'
const OF = { issuer: 'https://issuer.example', advisory: 'SA-1' }
const STEP = 'ab'.repeat(8)
const RULE = {
  ...({ id: 'app', product: 'App', ranges: ['>=2'], mode: 'watch', stopsUnknown: false } as const),
}

export const FLEET_WORK_EXAMPLES = {
  fleetVersions: { access: 'admin' },
  setFleetVersions: { access: 'admin', body: { rules: [RULE] } },
  playbook: {
    access: 'admin',
    query: `?${new URLSearchParams(OF)}`,
    ofColleague: async () => ({ query: `?${new URLSearchParams(OF)}` }),
  },
  actOnPlaybook: {
    access: 'admin',
    body: { ...OF, type: 'done', step: STEP },
    ofColleague: async () => ({ body: { ...OF, type: 'done', step: STEP } }),
  },
} as const

/** Another company has no advisory that counts. */
export function fleetWorkOf(): FleetWorkPort {
  const state = {
    ...{ rules: [{ ...RULE, ranges: ['>=2'] }], forbidden: 1, unknown: 0 },
    devices: [{ device: 'hostname pc', rule: 'app', judgement: 'forbidden' as const, version: '1' }],
  }
  const step = { id: STEP, category: 'mitigation', text: 'Remove it.', evidence: [], isWithdrawn: false }
  const playbook = { wanted: 1, done: 0, overdue: 0, steps: [step] }
  return {
    versions: async () => ok(state),
    setVersions: async () => ok(state),
    playbook: async (tenant) => (tenant === OTHER_TENANT ? fail('unknown-advisory') : ok(playbook)),
    act: async ({ tenant }) => (tenant === OTHER_TENANT ? fail('unknown-advisory') : ok(playbook)),
  }
}
