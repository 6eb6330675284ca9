// Listening to a conversation of a queue with real phones: the caller is told first, a listener hears both
// and is heard by nobody, who whispers is heard by the agent alone.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { type PhoneAccount, Server } from '../support/server.ts'
import { SETTLE_MS, WRONG_SHARE_MAX } from '../support/sound.ts'
import { loudest } from '../support/tone.ts'
import { sleep, until } from '../support/wait.ts'

const CALLER_HZ = 600
const AGENT_HZ = 1000
const BOSS_HZ = 1500
const LISTEN_MS = 2000
/** Two speak at once, so a tone that is there has half of the power or so. */
const PRESENT_SHARE_MIN = 0.2

interface Events {
  readonly events: readonly { readonly type: string; readonly mode?: string; readonly phase?: string }[]
}

const server = await Server.start()
test.after(() => server.stop())
const [agentPerson = server.admin, bossPerson = server.admin] = server.colleagues

const plan = {
  codes: [
    { code: '*54', does: 'queueListen' },
    { code: '*55', does: 'queueWhisper' },
  ],
  services: [{ kind: 'queue', id: 'sales', extension: '300' }],
}

function phone(account: PhoneAccount, toneHz: number, answers: 'auto' | 'manual'): Promise<Baresip> {
  return Baresip.start(account, { transport: 'udp', toneHz, answers })
}

/** Which of the three tones a phone hears. */
async function hears(phone: Baresip): Promise<string> {
  const sound = await phone.listen(LISTEN_MS)
  const tones = [CALLER_HZ, AGENT_HZ, BOSS_HZ]
  for (const hertz of tones) {
    const share = loudest(sound, hertz)
    assert.ok(share <= WRONG_SHARE_MAX || share >= PRESENT_SHARE_MIN, `${hertz} Hz has ${share} of the power`)
  }
  return tones.filter((hertz) => loudest(sound, hertz) >= PRESENT_SHARE_MIN).join(' ')
}

async function began(mode: string): Promise<void> {
  await until(`${mode} began`, async () => {
    const { events } = await server.admin.ask<Events>('GET', '/queues/sales/events')
    return events.some((event) => event.mode === mode && event.phase === 'began') || undefined
  })
  await sleep(SETTLE_MS)
}

test('a listener hears both and is heard by nobody; who whispers is heard by the agent', async (t) => {
  await server.usePlan(plan)
  const supervisors = [await bossPerson.id()]
  await server.admin.ask('POST', '/queues', {
    ...{ queue: 'sales', name: 'Sales', members: [{ agent: await agentPerson.id(), level: 0 }] },
    supervision: { modes: ['listen', 'whisper'], supervisors, announcement: 'queue-supervised' },
  })
  await agentPerson.ask('POST', '/queue-agents', { does: 'logIn' })
  const caller = await phone(await server.admin.addPhone('Caller'), CALLER_HZ, 'manual')
  const agent = await phone(await agentPerson.addPhone('Agent'), AGENT_HZ, 'auto')
  const boss = await phone(await bossPerson.addPhone('Boss'), BOSS_HZ, 'manual')
  t.after(() => Promise.all([caller.stop(), agent.stop(), boss.stop()]))
  caller.dial('300')
  await agent.waitFor('CALL_ESTABLISHED')
  boss.dial('*54101')
  await began('listen')
  assert.deepEqual(await Promise.all([hears(caller), hears(agent), hears(boss)]), [
    `${AGENT_HZ}`,
    `${CALLER_HZ}`,
    `${CALLER_HZ} ${AGENT_HZ}`,
  ])
  boss.hangUp()
  await boss.waitFor('CALL_CLOSED')
  boss.dial('*55101')
  await began('whisper')
  const [heardByCaller, heardByAgent] = await Promise.all([hears(caller), hears(agent)])
  assert.deepEqual([heardByCaller, heardByAgent], [`${AGENT_HZ}`, `${CALLER_HZ} ${BOSS_HZ}`])
  caller.hangUp()
  await boss.waitFor('CALL_CLOSED', 2)
})
