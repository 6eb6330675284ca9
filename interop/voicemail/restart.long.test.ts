// Call control ends the hard way while somebody leaves a message: they speak on, and what they said before,
// meanwhile and after it is one message, which the owner hears by phone.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { pidOf, untilReplaced } from '../support/processes.ts'
import { Server, untilHealthy } from '../support/server.ts'
import { sleep, until } from '../support/wait.ts'
import { messagesOf, soundOf, toneMs } from './messages.ts'

const ADA_HZ = 600
const BEN_HZ = 1000
/** From the key that ends the greeting on: the tone is heard meanwhile. */
const TONE_MS = 1500
const SPOKEN_MS = 3000
const BACK_MS_MAX = 60_000
/** Without what was said while nobody was there it is less. */
const SHARE_MIN = 0.8

const server = await Server.start(['--ring-seconds', '2'])
test.after(() => server.stop())
const [benPerson = server.admin] = server.colleagues

test('a message goes on while call control is killed, and is whole', async (t) => {
  const box = { name: 'Ben', kind: 'personal', owners: [await benPerson.id()], pin: '2580' }
  await server.admin.ask('POST', '/voicemail/boxes', box)
  const phone = { transport: 'udp', answers: 'manual' } as const
  const ada = await Baresip.start(await server.admin.addPhone('Ada'), { ...phone, toneHz: ADA_HZ })
  const ben = await Baresip.start(await benPerson.addPhone('Ben'), { ...phone, toneHz: BEN_HZ })
  t.after(() => Promise.all([ada.stop(), ben.stop()]))

  ada.dial('101')
  await ada.waitFor('CALL_ESTABLISHED')
  await sleep(TONE_MS)
  ada.press('#')
  await sleep(TONE_MS)
  const startedAt = performance.now()
  await sleep(SPOKEN_MS)
  const mark = `"httpPort":${new URL(server.origin).port},`
  const before = pidOf('server', mark)
  process.kill(before, 'SIGKILL')
  await untilReplaced('server', mark, before, BACK_MS_MAX)
  await untilHealthy(server.origin, BACK_MS_MAX)
  assert.equal(ada.count('CALL_CLOSED'), 0, 'who speaks notices nothing')
  assert.deepEqual(await messagesOf(benPerson), [], 'it is not a message yet')
  await sleep(SPOKEN_MS)
  const spokenMs = performance.now() - startedAt
  ada.hangUp()
  const [message, ...others] = await until('the message', async () => {
    const known = await messagesOf(benPerson)
    return known.length > 0 && known
  })
  assert.ok(message)
  assert.deepEqual([others, message.from], [[], '100'])
  const saidMs = toneMs(await soundOf(server, benPerson, message), ADA_HZ)
  t.diagnostic(`spoke ${Math.round(spokenMs)} ms, ${saidMs} ms of it in a message of ${message.lengthMs} ms`)
  assert.ok(saidMs >= SHARE_MIN * spokenMs, `${saidMs} ms of ${Math.round(spokenMs)} ms`)

  ben.dial('*97')
  await ben.waitFor('CALL_ESTABLISHED')
  await sleep(500)
  ben.press('1')
  await until('the message by phone', () => toneMs(ben.heard(), ADA_HZ) >= SPOKEN_MS, 30_000)
  ben.hangUp()
})
