// A spare of one process, with real children: who ends it, who does not, and when there is another one.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'node:test'
import { SPARE_PAUSE_MS, Spare } from '../spare.mjs'

/** Ends with 7 when it is told to go on. */
const CHILD = `process.once('message', (what) => process.exit(what === 'go' ? 7 : 1))`

/** @param {import('node:test').TestContext} t */
function nursery(t) {
  /** @type {import('node:child_process').ChildProcess[]} */
  const children = []
  t.after(() => {
    for (const child of children) child.kill('SIGKILL')
  })
  const make = () => {
    const child = spawn(process.execPath, ['-e', CHILD], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    children.push(child)
    return child
  }
  return { children, make }
}

test('one that is kept outlives the beats of its process, until it is released', async (t) => {
  const { children, make } = nursery(t)
  const spare = new Spare()
  assert.equal(spare.keep(0, make), true)
  assert.equal(spare.keep(1, make), false, 'one is enough')
  assert.equal(spare.prepare(2, make), false, 'for a hang, too')
  assert.equal(spare.dismiss(3), false)
  assert.equal(children.length, 1)
  assert.equal(spare.release(), true)
  assert.deepEqual(await once(children[0] ?? assert.fail(), 'exit'), [null, 'SIGKILL'])
  assert.equal(spare.take(), undefined)
  assert.equal(spare.release(), false)
})

test('one for a hang is ended by a beat and not released', async (t) => {
  const { children, make } = nursery(t)
  const spare = new Spare()
  assert.equal(spare.prepare(0, make), true)
  assert.equal(spare.release(), false)
  assert.equal(spare.dismiss(1), true)
  assert.deepEqual(await once(children[0] ?? assert.fail(), 'exit'), [null, 'SIGKILL'])
  assert.equal(spare.keep(2, make), false, 'a false alarm just now')
  assert.equal(spare.keep(1 + SPARE_PAUSE_MS, make), true)
})

test('one that was taken is told to go on, and the next one may come at once', async (t) => {
  const { children, make } = nursery(t)
  const spare = new Spare()
  spare.keep(0, make)
  const taken = spare.take()
  assert.equal(taken, children[0])
  assert.deepEqual(await once(taken ?? assert.fail(), 'exit'), [7, null])
  assert.equal(spare.keep(1, make), true)
})

test('a spare that dies again and again costs one start each 30 s', async (t) => {
  const { children, make } = nursery(t)
  const spare = new Spare()
  spare.keep(0, make)
  children[0]?.kill('SIGKILL')
  await once(children[0] ?? assert.fail(), 'exit')
  assert.equal(spare.take(), undefined, 'a start then is one from the beginning')
  assert.equal(spare.keep(SPARE_PAUSE_MS - 1, make), false)
  assert.equal(spare.keep(SPARE_PAUSE_MS, make), true)
  assert.equal(children.length, 2)
})
