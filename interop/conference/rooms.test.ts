// A conference room with real phones: G.711, G.722 and Opus, each with a tone of its own. Each hears the
// other two and not itself, in the whole band where both phones have it; nobody hears who is muted.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip, type PhoneOptions } from '../support/baresip.ts'
import { type PhoneAccount, Server } from '../support/server.ts'
import { SETTLE_MS } from '../support/sound.ts'
import { sleep, until } from '../support/wait.ts'
import { assertMixes } from './mixes.ts'

const ADA_HZ = 600
const BEN_HZ = 1000
const CLEO_HZ = 1500
/** Beyond the telephone band: G.711 has nothing above 4 kHz. */
const WIDE_HZ = 5200
const PIN = '471100'

interface Live {
  readonly members: readonly { readonly member: string; readonly name?: string; readonly isMuted: boolean }[]
}

const server = await Server.start()
test.after(() => server.stop())
const [benPerson = server.admin, cleoPerson = server.admin] = server.colleagues
const accounts = {
  ada: await server.admin.addPhone('Ada'),
  ben: await benPerson.addPhone('Ben'),
  cleo: await cleoPerson.addPhone('Cleo'),
}

const plan = {
  services: [{ kind: 'conference', id: 'monday', extension: '800' }],
}

async function dialled(
  account: PhoneAccount,
  toneHz: number,
  codecs: NonNullable<PhoneOptions['codecs']>,
): Promise<Baresip> {
  const phone = await Baresip.start(account, { transport: 'udp', toneHz, codecs })
  phone.dial('800')
  await phone.waitFor('CALL_ESTABLISHED')
  return phone
}

const live = (): Promise<Live> => server.admin.ask<Live>('GET', '/rooms/monday/live')

function untilInside(count: number): Promise<Live> {
  return until(`${count} in the room`, async () => {
    const now = await live()
    return now.members.length === count ? now : undefined
  })
}

test('three in a room each hear the other two and not themselves, wideband too', async (t) => {
  const phones: Baresip[] = []
  t.after(() => Promise.all(phones.map((phone) => phone.stop())))
  await server.usePlan(plan)
  const moderators = [await server.admin.id(), await benPerson.id()]
  await server.admin.ask('POST', '/rooms', { room: 'monday', name: 'Monday', pin: PIN, moderators })
  const [ada, ben, cleo] = await Promise.all([
    dialled(accounts.ada, ADA_HZ, 'PCMA/8000/1'),
    dialled(accounts.ben, BEN_HZ, 'G722/16000/1'),
    dialled(accounts.cleo, CLEO_HZ, 'opus/48000/2'),
  ])
  phones.push(ada, ben, cleo)
  await untilInside(2)
  for (const key of `${PIN}#`) {
    cleo.press(key)
    await sleep(300)
  }
  const { members } = await untilInside(3)
  await sleep(SETTLE_MS)
  await assertMixes([
    { who: 'G.711', phone: ada, hears: [BEN_HZ, CLEO_HZ], not: [ADA_HZ] },
    { who: 'G.722', phone: ben, hears: [ADA_HZ, CLEO_HZ], not: [BEN_HZ] },
    { who: 'Opus', phone: cleo, hears: [ADA_HZ, BEN_HZ], not: [CLEO_HZ] },
  ])

  const muted = members.find(({ name }) => name === 'Ada') ?? members[0]
  await server.admin.ask('POST', '/rooms/monday/acts', { type: 'mute', member: muted?.member })
  ben.hangUp()
  await ben.stop()
  const wide = await dialled(accounts.ben, WIDE_HZ, 'G722/16000/1')
  phones.push(wide)
  assert.equal((await untilInside(3)).members.filter(({ isMuted }) => isMuted).length, 1)
  await sleep(SETTLE_MS)
  const isAda = (await live()).members.find(({ isMuted }) => isMuted)?.member === muted?.member
  assert.ok(isAda, 'who is muted stays so')
  await assertMixes([{ who: 'Opus, wideband', phone: cleo, hears: [WIDE_HZ], not: [ADA_HZ, CLEO_HZ] }])

  for (const phone of [ada, cleo, wide]) phone.hangUp()
  await untilInside(0)
  const [record] = await until('the record', async () => {
    const calls = await cleoPerson.calls()
    return calls.length > 0 ? calls : undefined
  })
  assert.deepEqual([record?.answeredBy?.name, record?.status], ['conference', 200])
})
