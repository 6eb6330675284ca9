// The wire knows every field of a dial plan: what its schema does not know would be lost for who reads it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DialPlan as WirePlan } from '@rufwerk/contract/dial-plan'
import { type PersonId, type SiteId, seconds, wallTime } from '@rufwerk/core'
import type { DialPlan, Flow, FlowId, Target, TrunkId } from '@rufwerk/routing'
import { readPlan } from '@rufwerk/routing/versions'

/** With every optional field, so that a new one cannot be forgotten here. */
type Complete<T> = T extends string | number | boolean
  ? T
  : T extends readonly (infer Entry)[]
    ? readonly Complete<Entry>[]
    : { readonly [K in keyof T]-?: Complete<Exclude<T[K], undefined>> }

const [person, site, trunk] = ['p', 's', 't'] as unknown as [PersonId, SiteId, TrunkId]
const id = 'f' as FlowId

const TARGETS: Record<Target['to'], Target> = {
  person: { to: 'person', person },
  flow: { to: 'flow', flow: id },
  voicemail: { to: 'voicemail', box: 'b' },
  queue: { to: 'queue', queue: 'q' },
  conference: { to: 'conference', room: 'r' },
  parking: { to: 'parking', lot: 'l' },
  outside: { to: 'outside', number: '+4930123456' },
  extension: { to: 'extension', extension: '100' },
  announcement: { to: 'announcement', prompt: 'closed' },
  busy: { to: 'busy' },
  hangUp: { to: 'hangUp' },
}
const target: Target = { to: 'busy' }
const forward = { inside: target, outside: target }
const range = { number: '+493023125', extensionDigits: 3 }
const limits = { calls: 1, minutes: 2, money: 3, callsAtOnce: 4 }
const allowed = { countries: ['AT'], premium: ['+49900'] }

const FLOWS: { readonly [Kind in Flow['kind']]: Complete<Extract<Flow, { kind: Kind }>> } = {
  ringGroup: {
    kind: 'ringGroup',
    id,
    extension: '400',
    members: [
      { person, after: seconds(1) },
      { outside: '+4940123456', after: seconds(1) },
    ],
    order: 'inTurn',
    skipsBusy: true,
    memberTime: seconds(9),
    ringTime: seconds(20),
    nobody: target,
  },
  receptionist: {
    kind: 'receptionist',
    id,
    extension: '401',
    prompt: 'welcome',
    keys: [
      { key: '1', target },
      { key: '#', target: { to: 'names' } },
    ],
    dialsExtensions: true,
    keyTime: seconds(5),
    tries: 2,
    silence: target,
    wrongKey: target,
  },
  hours: {
    ...{ kind: 'hours', id, extension: '402', schedule: 'w' },
    ...{ open: target, closed: target, break: target, holiday: target },
  },
}

const EVERYTHING: Complete<DialPlan> = {
  sites: [
    {
      ...{ site, country: 'de', areaCode: '30', outsidePrefix: '0', emergencyTrunks: [trunk] },
      ...{ emergencyNumber: '+49302312510', networks: ['10.30.0.0/16'] },
    },
  ],
  trunks: [
    {
      ...{ id: trunk, country: 'de', areaCode: '30', mainNumber: '+49302312510', numbers: [range] },
      ...{ format: 'plus', callsMax: 2, showsFirstCaller: true, isForEmergency: true, dialsExtensions: true },
      otherwise: target,
    },
  ],
  outbound: [
    {
      ...{ id: 'o', prefixes: ['+49'], digits: { min: 1, max: 15 }, classes: ['national'], people: [person] },
      ...{ sites: [site], trunks: [trunk], ringTime: seconds(9) },
    },
  ],
  allowed,
  limits,
  companyLimits: limits,
  rates: [{ prefix: '+49', perCall: 1, perMinute: 2 }],
  people: [
    {
      ...{ person, site, number: '+493023125100', isHidden: true, voicemail: 'b', ringTime: seconds(9) },
      mobile: { number: '+4915123456789', rings: true, after: seconds(1) },
      forwarding: {
        ...{ available: forward, away: forward, doNotDisturb: forward },
        ...{ busy: forward, noAnswer: forward, notRegistered: forward },
      },
      allowed,
      limits,
    },
  ],
  inbound: Object.values(TARGETS).map((to, at) => ({
    ...{ id: `i${at}`, called: [range], callers: ['anonymous'], trunks: [trunk], target: to },
    hours: { schedule: 'w', states: ['open', 'break', 'holiday', 'closed'] },
  })),
  blocked: [{ number: '+4990', isPrefix: true }],
  schedules: [
    {
      id: 'w',
      schedule: {
        timeZone: 'Europe/Berlin',
        opens: [{ days: ['mon'], from: '08:00', to: '17:00' }],
        breaks: [{ days: ['mon'], from: '12:00', to: '13:00' }],
        holidays: {
          region: 'de-by',
          parts: ['by-augsburg'],
          own: [{ name: 'Ferien', on: '12-24', through: '12-31' }],
        },
        exceptions: [{ name: 'Inventur', on: '2026-12-30', opens: [{ from: '08:00', to: '10:00' }] }],
        override: { state: 'closed', until: wallTime(1_790_000_000_000) },
      },
    },
  ],
  flows: Object.values(FLOWS),
  services: [{ kind: 'parking', id: 'l', extension: '700', slots: ['701'] }],
  codes: [{ code: '*43', does: 'echo' }],
  speedDial: [{ extension: '801', number: '030 123456' }],
}

test('every field is read and written as it is', () => {
  const read = readPlan(EVERYTHING)
  assert.deepEqual(read, { ok: true, value: EVERYTHING })
  assert.deepEqual(WirePlan.parse(EVERYTHING), EVERYTHING)
})
