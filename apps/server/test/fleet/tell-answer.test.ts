// Who reported something gets the answer by mail, in the person's language; nobody else does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newWorld, setUpCompany } from '@rufwerk/accounts/testing'
import { createLog, type PersonId } from '@rufwerk/core'
import type { Mail } from '@rufwerk/messaging/mail'
import { answerMail, tellAnswer } from '../../src/fleet/tell-answer.ts'

const ANSWER = { receipt: 'r-1', words: 'We look at it.' }

test('the reporter gets words and receipt; who has no address or is unknown gets nothing', async () => {
  const world = await newWorld()
  const { session } = await setUpCompany(world)
  const { accounts } = world
  const { tenant } = session
  const added = await accounts.addPerson(session, {
    ...{ name: 'Cleo', extension: '130', role: 'user', email: 'cleo@muster.example' },
  })
  const silent = await accounts.addPerson(session, { name: 'Dora', extension: '131', role: 'user' })
  assert.ok(added.ok && silent.ok)
  const sent: Mail[] = []
  const complaints: string[] = []
  const log = createLog('warn', (line) => void complaints.push(line), world.now)
  let isSent = true
  const mailer = {
    send: async (mail: Mail) => {
      sent.push(mail)
      return { ok: isSent } as never
    },
  }
  const tell = (person: PersonId) =>
    tellAnswer({ accounts, mailerOf: () => mailer, log }, { ...ANSWER, tenant, person })
  for (const person of [added.value.id, silent.value.id, 'nobody' as PersonId]) tell(person)
  assert.deepEqual(
    sent.map(({ to }) => to),
    ['cleo@muster.example'],
  )
  assert.ok(sent[0]?.text.includes(ANSWER.words) && sent[0].subject.includes(ANSWER.receipt))
  isSent = false
  tell(added.value.id)
  await new Promise((resolve) => setImmediate(resolve))
  assert.match(complaints.join(), /reporter not told/)
  assert.doesNotMatch(complaints.join(), /cleo@|We look/)
})

test('both languages say what to do with what is noticed later', () => {
  assert.match(answerMail('a@b.example', { ...ANSWER, language: 'de' }).text, /noch einmal/)
  assert.match(answerMail('a@b.example', { ...ANSWER, language: 'en' }).text, /report it again/)
})
