// Path (RFC 3327) and outbound (RFC 5626) in the registrar, and against storms.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Flow, instant } from '@rufwerk/core'
import { type Binding, Registrar, writeUri } from '@rufwerk/sip'
import { contactTarget, flowsByInstance } from '@rufwerk/sip/session'
import fc from 'fast-check'
import { jitteredExpires } from '../src/registrar/binding.ts'
import { requestOf, testFlow } from '../src/testing.ts'

const PHONE = '+sip.instance="<urn:uuid:1>"'
const OB = 'Supported: path, outbound'
let call = 0

interface More {
  readonly lines?: readonly string[]
  readonly vias?: number
  readonly flow?: Flow
  readonly random?: number
}

function register(registrar: Registrar, contacts: readonly string[], more: More = {}) {
  const { lines = [], vias = 1, flow = testFlow(), random = 0 } = more
  const request = requestOf(`
REGISTER sip:pbx SIP/2.0
${Array.from({ length: vias }, (_, at) => `Via: SIP/2.0/UDP 192.0.2.${7 + at};branch=z9hG4bKa`).join('\n')}
From: <sip:101@pbx>;tag=a
To: <sip:101@pbx>
Call-ID: call${call++}
CSeq: 1 REGISTER
${[...contacts.map((text) => `Contact: ${text}`), ...lines].join('\n')}`)
  return registrar.register(request, 'anna', flow, instant(0), 'tag', random).response
}

function only(registrar: Registrar): Binding {
  const [binding, ...others] = registrar.bindings('anna')
  assert(binding !== undefined && others.length === 0)
  return binding
}

test('PATH-1 Path is kept with the contact and becomes the Route of requests to it', () => {
  const registrar = new Registrar()
  const lines = ['Path: <sip:near;lr>, <sip:far;lr>']
  register(registrar, ['<sip:a@x>'], { lines, vias: 3 })
  const { requestUri, routes } = contactTarget(only(registrar))
  assert.deepEqual([writeUri(requestUri), routes], ['sip:a@x', ['<sip:near;lr>', '<sip:far;lr>']])
  register(registrar, ['<sip:a@x>'])
  assert.equal(only(registrar).path, undefined)
  assert.deepEqual(contactTarget(only(registrar)).routes, [])
})

test('PATH-2 the 200 repeats it to who understands it', () => {
  const [path, supported] = ['Path: <sip:near;lr>', 'Supported: path']
  const told = register(new Registrar(), ['<sip:a@x>'], { lines: [path, supported], vias: 2 })
  assert.deepEqual(told.headers.all('path'), ['<sip:near;lr>'])
  const untold = register(new Registrar(), ['<sip:a@x>'], { lines: [path], vias: 2 })
  assert.equal(untold.headers.has('path'), false)
})

test('PATH-3 what cannot be a route, and more than ten entries: 400, nothing bound', () => {
  const registrar = new Registrar()
  const many = Array.from({ length: 11 }, (_, at) => `<sip:p${at};lr>`).join(', ')
  for (const path of ['nonsense', '<mailto:a@x>', '<sip:a', many])
    assert.equal(register(registrar, ['<sip:a@x>'], { lines: [`Path: ${path}`] }).status, 400)
  assert.equal(registrar.size(), 0)
})

test('PATH-4 a contact that was stored without Path is read and used as before', () => {
  const registrar = new Registrar()
  register(registrar, ['<sip:a@x;ob>'])
  const stored: Binding = JSON.parse(JSON.stringify(only(registrar)))
  assert.deepEqual(
    Object.keys(stored).filter((name) => name === 'path' || name === 'regId'),
    [],
  )
  const restarted = new Registrar()
  restarted.restore(stored, instant(0))
  assert.equal(writeUri(contactTarget(only(restarted)).requestUri), 'sip:a@x;ob')
})

test('OB-1 instance and reg-id replace the contact, another reg-id is another flow', () => {
  const registrar = new Registrar()
  const at = (host: string, regId: number) => [`<sip:a@${host};ob>;reg-id=${regId};${PHONE}`]
  register(registrar, at('one', 1), { lines: [OB], flow: testFlow('tcp', 8) })
  register(registrar, at('two', 1), { lines: [OB], flow: testFlow('tcp', 9) })
  assert.equal(only(registrar).contact, 'sip:a@two;ob')
  assert.equal(only(registrar).flow.id, testFlow('tcp', 9).id)
  register(registrar, at('three', 2), { lines: [OB], flow: testFlow('tcp', 10) })
  assert.deepEqual(
    registrar.bindings('anna').map(({ regId }) => regId),
    [2, 1],
  )
})

test('OB-2 the 200 says that outbound was done, and how often a sign of life is wanted', () => {
  const contact = [`<sip:a@x;ob>;reg-id=1;${PHONE}`]
  const told = register(new Registrar({ flowTimerS: 120 }), contact, { lines: [OB] }).headers
  assert.deepEqual([told.get('require'), told.get('flow-timer')], ['outbound', '120'])
  assert.equal(register(new Registrar(), contact, { lines: [OB] }).headers.has('flow-timer'), false)
})

test('OB-3 without Supported: outbound, an instance or a reg-id above 0 nothing of it is done', () => {
  for (const [contact, line] of [
    [`<sip:a@x>;reg-id=1;${PHONE}`, 'Supported: path'],
    ['<sip:a@x>;reg-id=1', OB],
    [`<sip:a@x>;reg-id=0;${PHONE}`, OB],
    [`<sip:a@x>;reg-id=x;${PHONE}`, OB],
    [`<sip:a@x>;${PHONE}`, OB],
  ] as const) {
    const registrar = new Registrar({ flowTimerS: 120 })
    const response = register(registrar, [contact], { lines: [line] })
    assert.equal(only(registrar).regId, undefined)
    assert.deepEqual(
      [response.status, response.headers.has('require'), response.headers.has('flow-timer')],
      [200, false, false],
    )
  }
})

test('OB-4 behind a proxy that does not keep flows: 439; with ob in its Path it is done', () => {
  const registrar = new Registrar()
  const contact = [`<sip:a@x;ob>;reg-id=1;${PHONE}`]
  const through = (...lines: string[]) =>
    register(registrar, contact, { lines: [OB, ...lines], vias: 2 }).status
  assert.equal(through(), 439)
  assert.equal(through('Path: <sip:edge;lr>'), 439)
  assert.equal(through('Path: <sip:near;lr;ob>, <sip:edge;lr>'), 439)
  assert.equal(registrar.size(), 0)
  assert.equal(through('Path: <sip:near;lr>, <sip:edge;lr;ob>'), 200)
  assert.equal(register(registrar, ['<sip:b@x>'], { lines: [OB], vias: 2 }).status, 200)
})

test('OB-5 one REGISTER sets up one flow: 400 for two, removals not counted', () => {
  const registrar = new Registrar()
  const flow = (regId: number, more = '') => `<sip:a@x${regId}>;reg-id=${regId};${PHONE}${more}`
  assert.equal(register(registrar, [flow(1), flow(2)], { lines: [OB] }).status, 400)
  assert.equal(register(registrar, [flow(1), flow(2, ';expires=0')], { lines: [OB] }).status, 200)
  assert.equal(registrar.size(), 1)
})

test('OB-6 flows of one instance are tried in turn, the newest first; instances at once', () => {
  const registrar = new Registrar()
  const add = (contact: string) => register(registrar, [contact], { lines: [OB] })
  add(`<sip:a@x>;reg-id=1;${PHONE}`)
  add('<sip:plain@x>')
  add(`<sip:b@x>;reg-id=2;${PHONE}`)
  add('<sip:c@x>;reg-id=1;+sip.instance="<urn:uuid:2>";q=0.5')
  const groups = flowsByInstance(registrar.bindings('anna'))
  assert.deepEqual(
    groups.map((group) => group.map(({ contact }) => contact)),
    [['sip:b@x', 'sip:a@x'], ['sip:plain@x'], ['sip:c@x']],
  )
})

test('JIT-1 what is granted is shortened by up to a fifth, and that is what the phone is told', () => {
  const told = (random: number) => {
    const response = register(new Registrar(), ['<sip:a@x>;expires=1000'], { random })
    return /expires=(\d+)/.exec(response.headers.get('contact') ?? '')?.[1]
  }
  assert.deepEqual([told(0), told(0.5), told(0.9999)], ['1000', '900', '801'])
})

test('JIT-2 never below the least, never longer than granted, and 0 stays 0', () => {
  const check = (grantedS: number, minS: number, random: number): void => {
    const seconds = jitteredExpires(grantedS, minS, random)
    assert(Number.isInteger(seconds) && seconds <= grantedS && seconds >= Math.min(grantedS, minS))
    assert(seconds >= grantedS * 0.8)
  }
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(fc.property(fc.nat(100_000), fc.nat(4000), random, check), { numRuns: 200 })
  assert.equal(jitteredExpires(0, 60, 0.5), 0)
  assert.equal(jitteredExpires(60, 60, 0.9), 60)
})
