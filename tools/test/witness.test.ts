// When a machine counts as having stood still, and when not.
import assert from 'node:assert/strict'
import test from 'node:test'
import { isTooMuch, type Sight, untilQuiet, Witness } from '../testing/witness.ts'

/** A witness whose timer is called by hand. */
function newWitness() {
  let now = 0
  let takenMs = 0
  const sight: Sight = { now: () => now, takenMs: () => takenMs, processors: 2 }
  const witness = new Witness(sight)
  const pass = (ms: number, taken = 0) => {
    now += ms
    takenMs += taken
    witness.look()
  }
  return { witness, pass, [Symbol.dispose]: () => witness[Symbol.dispose]() }
}

test('a machine that is merely busy withholds nothing', () => {
  using it = newWitness()
  for (let count = 0; count < 100; count += 1) it.pass(count % 10 === 0 ? 90 : 52, 2)
  const withheld = it.witness.withheld(5_000)
  assert.equal(isTooMuch(withheld), false, JSON.stringify(withheld))
})

test('a pause of a tenth of a second is too much, as long as it is in the span', () => {
  using it = newWitness()
  it.pass(50)
  it.pass(200)
  assert.equal(isTooMuch(it.witness.withheld(1_000)), true)
  for (let count = 0; count < 40; count += 1) it.pass(50)
  assert.equal(isTooMuch(it.witness.withheld(1_000)), false)
})

test('so is a twentieth of the processors that went to other machines', () => {
  using it = newWitness()
  for (let count = 0; count < 20; count += 1) it.pass(50, 6)
  assert.equal(isTooMuch(it.witness.withheld(1_000)), true)
})

test('the real one sees a pause that this process makes itself', async () => {
  using witness = new Witness()
  await new Promise((resolve) => setTimeout(resolve, 120))
  const from = performance.now()
  while (performance.now() - from < 250);
  await new Promise((resolve) => setTimeout(resolve, 60))
  assert.ok(witness.withheld(2_000).longestPauseMs >= 150)
})

/** A machine of which others take, in each five seconds of two processors, so many milliseconds. */
function machineWith(taken: readonly number[]) {
  let now = 0
  let looks = 0
  let takenMs = 0
  const sight: Sight = { now: () => now, takenMs: () => takenMs, processors: 2 }
  const sleep = async (ms: number) => {
    now += ms
    takenMs += taken[looks] ?? taken.at(-1) ?? 0
    looks += 1
  }
  return { sight, sleep }
}

test('what is run again waits until others leave the machine to us', async () => {
  const { sight, sleep } = machineWith([5_000, 2_000, 100])
  assert.equal(await untilQuiet(180_000, sight, sleep), 15_000)
})

test('it does not wait for ever, and hardly where nobody takes anything', async () => {
  const busy = machineWith([5_000])
  assert.equal(await untilQuiet(180_000, busy.sight, busy.sleep), 180_000)
  const quiet = machineWith([0])
  assert.equal(await untilQuiet(180_000, quiet.sight, quiet.sleep), 5_000)
})
