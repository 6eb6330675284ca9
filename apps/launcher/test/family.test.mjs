// Real processes under the launcher's family, which say what they do: one that hangs is replaced by a spare
// that was made ready meanwhile and did nothing before; one that only paused goes on, and its spare is ended.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CALM_MS } from '../calls-up.mjs'
import { Family } from '../family.mjs'
import { BEAT_INTERVAL_MS, BEATS_MISSED_LATE, LOOK_INTERVAL_MS } from '../heartbeat.mjs'

const WAIT_MS_MAX = 20_000
/** After that a spare is made ready, if one may be: a look more, because looks and beats are not in step. */
const LATE_MS_MAX = BEATS_MISSED_LATE * BEAT_INTERVAL_MS + LOOK_INTERVAL_MS
/** Between "loaded" and "listens" a spare waits; each line is written at once. */
const PROGRAM = `
import { appendFileSync } from 'node:fs'
const say = (what) => appendFileSync(process.env.DIARY, process.pid + ' ' + what + '\\n')
say(process.env.RUFWERK_SPARE === undefined ? 'loaded' : 'loaded as a spare')
setInterval(() => process.send('beat'), ${BEAT_INTERVAL_MS})
process.once('disconnect', () => process.exit(0))
const listen = () => process.send('ready', () => say('listens'))
if (process.env.RUFWERK_SPARE === undefined) listen()
else process.on('message', (message) => message === 'go' && listen())
`

/** The server: no more than a life. */
const QUIET = `
setInterval(() => process.send('beat'), ${BEAT_INTERVAL_MS})
process.once('disconnect', () => process.exit(0))
process.send('ready')
`
/** A server with calls. */
const BUSY = PROGRAM.replace("'beat'", "'busy'")
const SERVER_IN_CALLS = { server: BUSY, media: QUIET }

/** @param {import('node:test').TestContext} t @param {{ server: string, media: string }} [programs] */
function openFamily(t, programs = { server: QUIET, media: PROGRAM }) {
  const projectFolder = mkdtempSync(join(tmpdir(), 'rufwerk-family-'))
  for (const [name, program] of Object.entries(programs)) {
    mkdirSync(join(projectFolder, 'apps', name, 'src'), { recursive: true })
    writeFileSync(join(projectFolder, 'apps', name, 'src', 'main.ts'), program)
  }
  const diary = join(projectFolder, 'diary')
  writeFileSync(diary, '')
  /** @type {PromiseWithResolvers<number>} */
  const ended = Promise.withResolvers()
  const family = new Family({
    node: process.execPath,
    projectFolder,
    environment: { ...process.env, DIARY: diary, RUFWERK_SPARE: 'of somebody else' },
    listener: undefined,
    onEnd: ended.resolve,
  })
  t.after(async () => {
    family.stop(0)
    await ended.promise
    rmSync(projectFolder, { recursive: true, force: true })
  })
  let log = ''
  t.mock.method(process.stderr, 'write', (/** @type {string} */ text) => {
    log += text
    return true
  })
  family.start()
  /** What the launcher said until it said this. @param {RegExp} what */
  const said = async (what) => {
    for (const startedAt = performance.now(); !what.test(log); await sleep(5))
      assert.ok(performance.now() - startedAt < WAIT_MS_MAX, `${what} in ${log}`)
    return log
  }
  const lines = () => readFileSync(diary, 'utf8').split('\n').filter(Boolean)
  /** @param {RegExp} what @param {number} count */
  const until = async (what, count) => {
    const found = () => lines().filter((line) => what.test(line))
    for (const startedAt = performance.now(); found().length < count; await sleep(20))
      assert.ok(performance.now() - startedAt < WAIT_MS_MAX, `${what} in ${lines()}`)
    return found()
  }
  return { lines, until, said }
}

/** @param {string | undefined} line */
const pidIn = (line) => Number(line?.split(' ')[0])

test('one that hangs is replaced by a spare that did nothing before its end', async (t) => {
  const { lines, until } = openFamily(t)
  const [first] = await until(/ listens$/, 1)
  process.kill(pidIn(first), 'SIGSTOP')
  const [spare] = await until(/ loaded as a spare$/, 1)
  assert.ok(isAlive(pidIn(first)), 'it was made ready before anybody was killed')
  assert.equal(lines().filter((line) => / listens$/.test(line)).length, 1)
  const [, second] = await until(/ listens$/, 2)
  assert.ok(!isAlive(pidIn(first)))
  assert.equal(pidIn(second), pidIn(spare))
  assert.equal(lines().filter((line) => / loaded/.test(line)).length, 2, 'and nobody else was started')
})

test('one that paused goes on; its spare is ended, and there is none again at once', async (t) => {
  const { lines, until, said } = openFamily(t)
  const [first] = await until(/ listens$/, 1)
  const media = pidIn(first)
  process.kill(media, 'SIGSTOP')
  await said(/^rufwerk: media is late; making a spare ready$/m)
  process.kill(media, 'SIGCONT')
  const told = await said(/^rufwerk: media goes on; its spare is ended$/m)
  assert.doesNotMatch(told, /hangs/)
  const children = () => readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim()
  for (const startedAt = performance.now(); children().split(' ').length > 2; await sleep(20))
    assert.ok(performance.now() - startedAt < WAIT_MS_MAX, 'the spare lives')
  process.kill(media, 'SIGSTOP')
  await sleep(LATE_MS_MAX)
  process.kill(media, 'SIGCONT')
  await sleep(LOOK_INTERVAL_MS)
  const after = await said(/its spare is ended/)
  assert.equal(after.match(/making a spare ready/g)?.length, 1)
  const others = lines().filter((line) => !/ loaded as a spare$/.test(line))
  assert.deepEqual(others, [`${media} loaded`, `${media} listens`])
  assert.ok(isAlive(media))
})

test('while calls are up a crash finds a spare of call control, which did nothing before', async (t) => {
  const { lines, until, said } = openFamily(t, SERVER_IN_CALLS)
  const [first] = await until(/ listens$/, 1)
  await said(/^rufwerk: calls are up; keeping a spare of server ready$/m)
  const [spare] = await until(/ loaded as a spare$/, 1)
  assert.ok(isAlive(pidIn(first)))
  await sleep(2 * LATE_MS_MAX)
  assert.ok(isAlive(pidIn(spare)), 'beats do not end it')
  assert.deepEqual(lines(), [`${pidIn(first)} loaded`, first, spare])
  process.kill(pidIn(first), 'SIGKILL')
  const [, second] = await until(/ listens$/, 2)
  assert.equal(pidIn(second), pidIn(spare))
  const [, next] = await until(/ loaded as a spare$/, 2)
  assert.notEqual(pidIn(next), pidIn(spare), 'and then it has one itself')
  assert.equal(lines().filter((line) => / loaded$/.test(line)).length, 1, 'nobody else was started')
})

test('without calls there is no spare, and a crash is a start from the beginning', async (t) => {
  const { lines, until } = openFamily(t, { server: PROGRAM, media: QUIET })
  const [first] = await until(/ listens$/, 1)
  await sleep(CALM_MS + 2 * BEAT_INTERVAL_MS)
  process.kill(pidIn(first), 'SIGKILL')
  const [, second] = await until(/ listens$/, 2)
  assert.deepEqual(lines().at(-2), `${pidIn(second)} loaded`)
  assert.equal(lines().filter((line) => / loaded as a spare$/.test(line)).length, 0)
})

test('a spare of call control leaves room for one of media', async (t) => {
  const media = PROGRAM.replace("process.pid + ' '", "process.pid + ' media '")
  const { until, said } = openFamily(t, { server: BUSY, media })
  const [first] = await until(/ media listens$/, 1)
  await said(/keeping a spare of server ready/)
  process.kill(pidIn(first), 'SIGSTOP')
  const [spare] = await until(/ media loaded as a spare$/, 1)
  const [, second] = await until(/ media listens$/, 2)
  assert.equal(pidIn(second), pidIn(spare))
})

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
