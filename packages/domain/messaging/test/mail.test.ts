// Mail: what is refused before anything is made of it, and the queue that tries again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fail, type Ms, ok, SILENT_LOG } from '@rufwerk/core'
import fc from 'fast-check'
import { checkMail, isAddress, MAILS_WAITING_MAX, type Mail, MailQueue } from '../src/mail/index.ts'
import { ATTACHMENT_BYTES_MAX, RETRY_PAUSES } from '../src/mail/limits.ts'
import type { DeliveryFailure } from '../src/mail/queue.ts'

const MAIL: Mail = { to: 'anna@muster.example', subject: 'Neue Nachricht von 030 123', text: 'Guten Tag\n' }
const code = (mail: Mail): string => {
  const checked = checkMail(mail)
  return checked.ok ? 'ok' : checked.error.code
}

test('MAIL-1 an address is one address, without name, list or line break', () => {
  const good = ['a@b', 'anna.gross+box@muster.example', 'änne@müller.example', "o'neil@x-1.example"]
  for (const to of good) assert.ok(isAddress(to), to)
  const bad = [
    ...[
      '',
      '@',
      'a@',
      '@b',
      'a b@c',
      'a@b, c@d',
      'a@b;c@d',
      'Anna <a@b>',
      '<a@b>',
      'a@b\r\nBcc: c@d',
      'a@b\n',
    ],
    ...[
      'a..b@c',
      '.a@b',
      'a@b..c',
      'a@-b',
      'a@b-',
      '"a b"@c',
      'a@[192.0.2.1]',
      'a@b\0',
      `${'a'.repeat(255)}@b`,
    ],
  ]
  for (const to of bad) {
    assert.ok(!isAddress(to), to)
    assert.equal(code({ ...MAIL, to }), 'address-invalid', to)
  }
})

test('MAIL-2 nothing that can end a line gets into a header', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('\r', '\n', '\0', '\u2028', '\u0085'),
      (text, bad) => {
        assert.notEqual(code({ ...MAIL, subject: `${text}${bad}Bcc: x@y` }), 'ok')
        const attachment = { fileName: `${text}${bad}.wav`, type: 'audio/wav', bytes: new Uint8Array() }
        assert.notEqual(code({ ...MAIL, attachment }), 'ok')
        assert.notEqual(
          code({ ...MAIL, attachment: { ...attachment, fileName: 'a', type: `audio/wav${bad}x` } }),
          'ok',
        )
      },
    ),
    { numRuns: 200 },
  )
  for (const fileName of ['../etc/passwd', 'a\\b', ''])
    assert.equal(
      code({ ...MAIL, attachment: { fileName, type: 'audio/wav', bytes: new Uint8Array() } }),
      'header-invalid',
    )
})

test('MAIL-3 text and attachment have limits', () => {
  assert.equal(code(MAIL), 'ok')
  assert.equal(code({ ...MAIL, text: 'x'.repeat(100_001) }), 'too-large')
  const attachment = { fileName: 'a.wav', type: 'audio/wav', bytes: new Uint8Array(ATTACHMENT_BYTES_MAX) }
  assert.equal(code({ ...MAIL, attachment }), 'ok')
  assert.equal(
    code({ ...MAIL, attachment: { ...attachment, bytes: new Uint8Array(ATTACHMENT_BYTES_MAX + 1) } }),
    'too-large',
  )
})

const LATER: DeliveryFailure = { code: 'unreachable', sentence: 'Nothing answers.', isFinal: false }
const NEVER: DeliveryFailure = { code: 'recipient', sentence: 'Nobody of this name.', isFinal: true }

/** A queue with a mail server that answers as told, and timers fired by hand. */
function world(answers: (DeliveryFailure | undefined)[] = []) {
  const delivered: Mail[] = []
  const tried: Mail[] = []
  const timers: { delay: Ms; callback: () => void }[] = []
  const queue = new MailQueue({
    deliver: async (mail) => {
      tried.push(mail)
      const failure = answers.shift()
      if (failure) return fail(failure)
      delivered.push(mail)
      return ok(undefined)
    },
    arm: (delay, callback) => {
      const timer = { delay, callback }
      timers.push(timer)
      return { [Symbol.dispose]: () => void timers.splice(timers.indexOf(timer), 1) }
    },
    log: SILENT_LOG,
  })
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  const fire = async () => {
    const timer = timers.shift() ?? assert.fail('no timer')
    timer.callback()
    await settle()
    return timer.delay
  }
  return { queue, delivered, tried, timers, settle, fire }
}

test('MAIL-4 mails are delivered in their order, one at a time', async () => {
  const { queue, delivered, settle } = world()
  for (const subject of ['1', '2', '3']) assert.ok(queue.add({ ...MAIL, subject }).ok)
  assert.equal(queue.size(), 3)
  await settle()
  assert.deepEqual(
    delivered.map(({ subject }) => subject),
    ['1', '2', '3'],
  )
  assert.equal(queue.size(), 0)
})

test('MAIL-5 a mail is tried again with growing pauses, and given up at the end', async () => {
  const { queue, timers, settle, fire, tried } = world(Array(RETRY_PAUSES.length + 1).fill(LATER))
  assert.ok(queue.add(MAIL).ok)
  await settle()
  const pauses: Ms[] = []
  while (timers.length > 0) pauses.push(await fire())
  assert.deepEqual(pauses, RETRY_PAUSES)
  assert.equal(tried.length, RETRY_PAUSES.length + 1)
  assert.deepEqual(queue.figures(), { waiting: 0, givenUp: 1, failure: LATER })
  assert.equal(queue.size(), 0)
})

test('MAIL-6 a final refusal is not tried again, and does not hold up the others', async () => {
  const { queue, delivered, settle, timers } = world([NEVER])
  queue.add(MAIL)
  queue.add({ ...MAIL, subject: 'next' })
  await settle()
  assert.deepEqual(
    delivered.map(({ subject }) => subject),
    ['next'],
  )
  assert.equal(timers.length, 0)
  assert.deepEqual(queue.figures(), { waiting: 0, givenUp: 1 })
})

test('MAIL-7 at its limit the queue refuses, and gets room when mails leave', async () => {
  const { queue, settle, fire } = world([LATER])
  for (let count = 0; count < MAILS_WAITING_MAX; count += 1) assert.ok(queue.add(MAIL).ok)
  const refused = queue.add(MAIL)
  assert.ok(!refused.ok && refused.error.code === 'queue-full')
  await settle()
  assert.equal(queue.size(), 1)
  assert.ok(queue.add(MAIL).ok)
  await fire()
  await settle()
  assert.equal(queue.size(), 0)
  const bytes = new Uint8Array(ATTACHMENT_BYTES_MAX)
  const large = { ...MAIL, attachment: { fileName: 'a.wav', type: 'audio/wav', bytes } }
  for (let count = 0; count < 4; count += 1) assert.ok(queue.add(large).ok)
  assert.ok(!queue.add(large).ok)
  await settle()
  assert.ok(queue.add(large).ok)
})

test('MAIL-8 new settings let all that pause try at once; closing forgets them', async () => {
  const { queue, settle, timers, delivered } = world([LATER, LATER])
  queue.add(MAIL)
  queue.add(MAIL)
  await settle()
  assert.equal(timers.length, 2)
  queue.tryNow()
  await settle()
  assert.deepEqual([delivered.length, timers.length, queue.size()], [2, 0, 0])
  const other = world([LATER])
  other.queue.add(MAIL)
  await other.settle()
  other.queue.close()
  assert.deepEqual([other.timers.length, other.queue.size()], [0, 0])
  const late = world([LATER])
  late.queue.add(MAIL)
  late.queue.close()
  await late.settle()
  assert.deepEqual([late.timers.length, late.queue.size()], [0, 0], 'what was under way is forgotten, too')
})

test('MAIL-9 a due mail is written when its turn comes, and its end is told once', async () => {
  const { queue, delivered, timers, settle, fire } = world([LATER, undefined, NEVER])
  const told: string[] = []
  const due = (name: string, write: () => Promise<Mail | undefined>) =>
    queue.addDue({ write, over: (outcome) => void told.push(`${name} ${outcome}`) })
  let tries = 0
  const busy = async () => {
    tries += 1
    if (tries === 1) throw new Error('too many recordings are being read')
    return MAIL
  }
  assert.ok(due('first', async () => MAIL).ok)
  assert.ok(due('gone', async () => undefined).ok)
  assert.ok(due('busy', busy).ok)
  assert.equal(queue.size(), 3)
  await settle()
  assert.deepEqual([told, timers.length], [['gone not-wanted'], 2])
  await fire()
  await fire()
  assert.deepEqual(told, ['gone not-wanted', 'first delivered', 'busy given-up'])
  assert.deepEqual([delivered.length, queue.size()], [1, 0])
  const closed = world([LATER])
  for (const name of ['paused', 'second'])
    closed.queue.addDue({ write: async () => MAIL, over: (outcome) => void told.push(`${name} ${outcome}`) })
  await closed.settle()
  closed.queue.close()
  assert.deepEqual(told.slice(3), ['second delivered', 'paused forgotten'])
})
