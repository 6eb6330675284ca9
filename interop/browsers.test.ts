// Two browsers through Rufwerk, each with the web app: sound measured at both ends, hold, keys, the echo.
import assert from 'node:assert/strict'
import test from 'node:test'
import { BrowserPhone } from './support/chromium.ts'
import { Server } from './support/server.ts'
import {
  assertAllHear,
  assertBothHear,
  assertHearsMusic,
  assertKeysHeard,
  SETTLE_MS,
} from './support/sound.ts'
import { sleep } from './support/wait.ts'

const CALLER_HZ = 600
const CALLEE_HZ = 1000

const server = await Server.start()
const [benPerson = server.admin] = server.colleagues
const ada = await BrowserPhone.start(server, server.admin, CALLER_HZ)
const ben = await BrowserPhone.start(server, benPerson, CALLEE_HZ)
test.after(async () => {
  await Promise.all([ada.stop(), ben.stop()])
  await server.stop()
})

/** Connects both, does something in the call, and hangs up whatever happened. */
async function inCall(act: () => Promise<void>): Promise<void> {
  try {
    await ada.dial('101')
    await ben.answer()
    await Promise.all([ada.waitUntilTalking(), ben.waitUntilTalking()])
    await sleep(SETTLE_MS)
    await act()
  } finally {
    await Promise.all([ada.endAllCalls(), ben.endAllCalls()])
  }
}

const caller = { who: 'caller', phone: ada, hertz: CALLER_HZ }
const callee = { who: 'callee', phone: ben, hertz: CALLEE_HZ }
const bothHear = (when: string) => assertBothHear(caller, callee, 3000, when)

test('two browsers hear each other, in Opus, relayed', async () => {
  const before = await server.admin.calls()
  await inCall(() => bothHear('in the call'))
  const legs = await server.admin.legsOfNewCall(before)
  assert.deepEqual(
    legs.map(({ quality }) => [quality.codec, quality.isRelayed]),
    [
      ['opus', true],
      ['opus', true],
    ],
  )
})

for (const [who, holder, held, holderHz] of [
  ['the caller', ada, ben, CALLER_HZ],
  ['the callee', ben, ada, CALLEE_HZ],
] as const) {
  test(`hold by ${who}: the other hears music instead, after resume both hear again`, () =>
    inCall(async () => {
      await holder.hold()
      await sleep(SETTLE_MS)
      await assertHearsMusic({ who: 'the held one', phone: held }, holderHz, 2000)
      await holder.resume()
      await sleep(SETTLE_MS)
      await bothHear('after resume')
    }))
}

test('keys pressed in one browser are heard in the other, both ways', () =>
  inCall(async () => {
    // A tone of the microphone would cover the keys: muted, only they are heard.
    await ada.mute()
    await ben.mute()
    for (const [who, from, to] of [
      ['callee', ada, ben],
      ['caller', ben, ada],
    ] as const)
      await assertKeysHeard(who, to, (key) => from.press(key))
  }))

test('*43 answers in the browser and one hears oneself', async () => {
  try {
    await ada.dial('*43')
    await ada.waitUntilTalking()
    await sleep(2000)
    await assertAllHear([{ who: 'caller', phone: ada, right: CALLER_HZ, wrong: CALLEE_HZ }], 2500)
  } finally {
    await ada.endAllCalls()
  }
})
