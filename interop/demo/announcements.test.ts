// A company without a way to the public network: what one hears at a desk phone who calls 112 or somebody
// outside, and what is stored of it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { type CallSummary, Server } from '../support/server.ts'
import { measured } from '../support/sound.ts'
import { until } from '../support/wait.ts'
import { ANNOUNCEMENT_MS_MAX, assertAnnouncement } from './announcement.ts'

const TONE_HZ = 600
type PastCall = CallSummary & { readonly why: { readonly rule: string } }

test('112 and an outside number are announced at a desk phone', async (t) => {
  const server = await Server.start()
  t.after(() => server.stop())
  const rows = [
    [server.admin, '112', 'en-emergency', 'en-no-trunk', 'emergency-without-trunk', 480],
    [server.colleagues[0], '03023125555', 'en-no-trunk', 'en-emergency', 'no-trunk', 404],
  ] as const
  await Promise.all(
    rows.map(async ([person = server.admin, number, right, wrong, rule, status]) => {
      const account = await person.addPhone('Desk')
      const desk = await Baresip.start(account, { transport: 'udp', toneHz: TONE_HZ })
      t.after(() => desk.stop())
      await measured(async () => {
        const calls = desk.count('CALL_CLOSED')
        desk.dial(number)
        await desk.waitFor('CALL_CLOSED', calls + 1, ANNOUNCEMENT_MS_MAX)
        assertAnnouncement(t, desk.heard(), right, wrong)
      })
      const record = await until('the record', async () => {
        const calls = (await person.calls()) as readonly PastCall[]
        return calls.find(({ dialled }) => dialled === number)
      })
      assert.deepEqual([record.why.rule, record.status, record.endedBy], [rule, status, 'system'])
    }),
  )
})
