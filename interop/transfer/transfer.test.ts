// Transfers with real phones: blind, started by baresip; attended with Replaces, started by a phone of our
// own, because this baresip cannot. Sound is measured at the end: who was led there and who took the call.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Baresip } from '../support/baresip.ts'
import { type PhoneAccount, Server } from '../support/server.ts'
import { assertBothHear, SETTLE_MS } from '../support/sound.ts'
import { SoundPhone } from '../support/sound-phone.ts'
import { heard, loudest } from '../support/tone.ts'
import { sleep, until } from '../support/wait.ts'

const ADA_HZ = 600
const BEN_HZ = 1000
const CLEO_HZ = 1500
const LISTEN_MS = 2000
/** A second of tone, four of silence. */
const RINGBACK_MS = 5200
/** Of a tone that is not there beside one that is. */
const NOTE_SHARE_MAX = 0.1

interface Linked {
  readonly id: string
  readonly status: number
  readonly transferredTo?: string
  readonly transferredFrom?: string
}

/** Calls that were led on and looked at. */
const reported = new Set<string>()
const server = await Server.start()
const [benPerson = server.admin, cleoPerson = server.admin] = server.colleagues
const accounts = {
  ada: await server.admin.addPhone('Ada'),
  ben: await benPerson.addPhone('Ben'),
  cleo: await cleoPerson.addPhone('Cleo'),
}
test.after(() => server.stop())

function phone(account: PhoneAccount, toneHz: number, answers: 'auto' | 'manual' = 'auto'): Promise<Baresip> {
  return Baresip.start(account, { transport: 'udp', toneHz, answers })
}

async function bothHear(ben: Baresip, cleo: Baresip): Promise<void> {
  await sleep(SETTLE_MS)
  const one = { who: 'who was transferred', phone: ben, hertz: BEN_HZ }
  await assertBothHear(one, { who: 'who took the call', phone: cleo, hertz: CLEO_HZ }, LISTEN_MS)
}

/** Statuses of the two records that a transfer left, which name each other. */
function linked(): Promise<readonly number[]> {
  return until('two records that name each other', async () => {
    const calls = [...(await benPerson.calls()), ...(await cleoPerson.calls())] as readonly Linked[]
    for (const last of calls) {
      const first = calls.find(({ id }) => id === last.transferredFrom && !reported.has(last.id))
      if (first?.transferredTo !== last.id) continue
      reported.add(last.id)
      return [first.status, last.status]
    }
    return undefined
  })
}

test('blind, by baresip: ringback, then both hear each other and the transferor is out', async (t) => {
  const ada = await phone(accounts.ada, ADA_HZ)
  const ben = await phone(accounts.ben, BEN_HZ)
  const cleo = await phone(accounts.cleo, CLEO_HZ, 'manual')
  t.after(() => Promise.all([ada.stop(), ben.stop(), cleo.stop()]))
  ada.dial('101')
  await ben.waitFor('CALL_ESTABLISHED')
  await ada.waitFor('CALL_ESTABLISHED')
  ada.transfer('102')
  await cleo.waitFor('CALL_INCOMING')
  await sleep(SETTLE_MS)
  const waiting = await ben.listen(RINGBACK_MS)
  const { silent, windows } = heard(waiting, ADA_HZ)
  assert.ok(silent < windows, 'who waits hears it ring')
  assert.ok(loudest(waiting, ADA_HZ) < NOTE_SHARE_MAX, 'and not the transferor')
  cleo.accept()
  await cleo.waitFor('CALL_ESTABLISHED')
  await ada.waitFor('CALL_CLOSED')
  await bothHear(ben, cleo)
  cleo.hangUp()
  await ben.waitFor('CALL_CLOSED')
  assert.deepEqual(await linked(), [200, 200])
})

test('blind to somebody who declines: the transferor hears why and has the call again', async (t) => {
  const ada = await SoundPhone.open(accounts.ada, ADA_HZ)
  const ben = await phone(accounts.ben, BEN_HZ)
  const cleo = await phone(accounts.cleo, CLEO_HZ, 'manual')
  t.after(async () => {
    await ada.hangUp()
    ada.close()
    await Promise.all([ben.stop(), cleo.stop()])
  })
  await ada.call('101')
  const { status } = await ada.refer('sip:102@127.0.0.1')
  assert.equal(status, 202)
  await cleo.waitFor('CALL_INCOMING')
  cleo.hangUp()
  await until('the result', async () => ada.told().find((line) => /^SIP\/2.0 [4-6]/.test(line)))
  assert.deepEqual(ada.told()[0], 'SIP/2.0 100 Trying')
  assert.ok(!ada.told().includes('BYE'))
  await sleep(SETTLE_MS)
  const one = { who: 'the transferor', phone: ada, hertz: ADA_HZ }
  await assertBothHear(one, { who: 'who came back', phone: ben, hertz: BEN_HZ }, LISTEN_MS)
})

test('attended, by REFER with Replaces: the two others talk, both calls of the transferor end', async (t) => {
  const ben = await phone(accounts.ben, BEN_HZ)
  const cleo = await phone(accounts.cleo, CLEO_HZ)
  const toBen = await SoundPhone.open(accounts.ada, ADA_HZ)
  const toCleo = await SoundPhone.open(accounts.ada, ADA_HZ)
  t.after(async () => {
    toBen.close()
    toCleo.close()
    await Promise.all([ben.stop(), cleo.stop()])
  })
  await toBen.call('101')
  assert.match(await toBen.hold('sendonly'), /^recvonly$/)
  await toCleo.call('102')
  toCleo.answersRequests()
  const { status } = await toBen.refer(`sip:102@127.0.0.1?Replaces=${encodeURIComponent(toCleo.replaces)}`)
  assert.equal(status, 202)
  await until(
    'both calls are over',
    async () => toBen.told().includes('BYE') && toCleo.told().includes('BYE'),
  )
  assert.deepEqual(toBen.told(), ['SIP/2.0 100 Trying', 'SIP/2.0 200 OK', 'BYE'])
  await bothHear(ben, cleo)
  ben.hangUp()
  await cleo.waitFor('CALL_CLOSED')
  assert.deepEqual(await linked(), [200, 200])
})

test('a dialog of somebody else is not replaced, and nobody notices', async (t) => {
  const ben = await phone(accounts.ben, BEN_HZ)
  const cleo = await phone(accounts.cleo, CLEO_HZ)
  const ada = await SoundPhone.open(accounts.ada, ADA_HZ)
  const thief = await SoundPhone.open(accounts.ben, BEN_HZ)
  t.after(async () => {
    for (const one of [ada, thief]) {
      await one.hangUp()
      one.close()
    }
    await Promise.all([ben.stop(), cleo.stop()])
  })
  await ada.call('101')
  await thief.call('102')
  const { status } = await thief.refer(`sip:x@127.0.0.1?Replaces=${encodeURIComponent(ada.replaces)}`)
  assert.equal(status, 603)
  assert.deepEqual(ada.told(), [])
})
