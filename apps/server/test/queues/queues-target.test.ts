import assert from 'node:assert/strict'
import test from 'node:test'
import type { PersonId, SiteId } from '@rufwerk/core'
import { EMPTY_DIAL_PLAN, type RoutingConfig } from '@rufwerk/routing'
import { leadTo } from '../../src/services/queues-target.ts'

const ANNA = 'anna' as PersonId

test('a queue leads to the box that the plan gives to a person, or else to their own', () => {
  const rules = { person: ANNA, site: 'berlin' as SiteId, forwarding: {}, voicemail: 'shared' }
  const config = { dialPlan: { ...EMPTY_DIAL_PLAN, people: [rules] } } as unknown as RoutingConfig
  const target = { to: 'voicemail', person: ANNA } as const
  const own = (person: PersonId): string => person
  const nobody = (): undefined => undefined
  assert.deepEqual(leadTo(target, config, own), { to: 'voicemail', box: 'shared' })
  assert.deepEqual(leadTo(target, undefined, own), { to: 'voicemail', box: ANNA })
  assert.deepEqual(leadTo(target, undefined, nobody), { to: 'busy' })
})
