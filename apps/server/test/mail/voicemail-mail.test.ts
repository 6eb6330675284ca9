// Mails about messages: what stands in them, what becomes of the message, failures and another start.
import assert from 'node:assert/strict'
import test from 'node:test'
import { ms, type RecordingId, SILENT_LOG } from '@rufwerk/core'
import type { BoxId, BoxMail, Message, MessageId } from '@rufwerk/messaging'
import {
  ATTACHMENT_BYTES_MAX,
  type DueMail,
  type Mail,
  type MailOutcome,
  refuseMail,
} from '@rufwerk/messaging/mail'
import { MAIL_GIVEN_UP_AFTER, VoicemailMail } from '../../src/mail/voicemail-mail.ts'
import { ANNA, House, SETTINGS, TENANT } from '../services/voicemail-house.ts'

const BOX = ANNA as unknown as BoxId
const ATTACHED: BoxMail = { to: 'anna@example.com', attachesSound: true, deletesAfter: false }
const MOVED: BoxMail = { ...ATTACHED, deletesAfter: true }

type Sound = AsyncIterable<Uint8Array> | 'busy' | 'unreadable'

/** A house with a mail server that does what the test says. */
class Post {
  readonly waiting: DueMail[] = []
  isSetUp = true
  sound: () => Sound = () => piecesOf(new Uint8Array(10), new Uint8Array(20))
  house!: House
  mails!: VoicemailMail

  static async open(mail: BoxMail): Promise<Post> {
    const post = new Post()
    post.house = await House.open()
    await post.house.book.change(TENANT, ANNA, { ...SETTINGS, mail })
    post.start()
    return post
  }

  start(): void {
    const { book, store, clock } = this.house
    this.waiting.length = 0
    this.mails = new VoicemailMail({
      ...{ book, store, wallTime: clock.wallTime, log: SILENT_LOG },
      mailerOf: () => ({
        sendDue: (mail) => {
          if (!this.isSetUp) return refuseMail('not-set-up')
          this.waiting.push(mail)
          return { ok: true, value: undefined }
        },
      }),
      sound: async () => this.sound(),
      speakerOf: () => ({ language: 'de', timeZone: 'Europe/Berlin' }),
    })
  }

  async leave(id: string, change: Partial<Message> = {}): Promise<void> {
    const { book, clock } = this.house
    const from = '+4930123456'
    const facts = { receivedAt: clock.wallTime(), length: ms(42_400), isUrgent: false, from }
    const message = { id: id as MessageId, recording: `of ${id}` as RecordingId, ...facts, ...change }
    assert.ok(await book.save(TENANT, BOX, message))
    await this.mails.look()
  }

  /** The oldest that waits: written, and its end told. */
  async deliver(outcome: MailOutcome = 'delivered'): Promise<Mail | undefined> {
    const due = this.waiting.shift() ?? assert.fail('no mail')
    const mail = await due.write()
    due.over(mail === undefined ? 'not-wanted' : outcome)
    await this.mails.look()
    return mail
  }

  async left(): Promise<string> {
    const { book, store } = this.house
    const messages = await book.messages(TENANT, BOX)
    const due = await store.mailsDue(9)
    return `${messages.length} in the box, ${due.length} due, ${this.mails.size()} known`
  }
}

async function* piecesOf(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}

test('a message is told by mail with its sound, and stays in the box', async () => {
  const post = await Post.open(ATTACHED)
  await post.leave('1', { name: 'Ben' })
  assert.equal(await post.left(), '1 in the box, 1 due, 1 known')
  const mail = (await post.deliver()) ?? assert.fail('no mail')
  assert.equal(mail.to, 'anna@example.com')
  assert.equal(mail.subject, 'Neue Nachricht von +4930123456, Ben (Anna)')
  assert.match(mail.text, /Länge: 0:42\n\nSie hängt an dieser Mail und ist auch im Postfach\.\n$/)
  assert.equal(mail.attachment?.bytes.length, 30)
  assert.match(mail.attachment?.fileName ?? '', /^\d{4}-\d\d-\d\d \d\d-\d\d \+4930123456\.wav$/)
  assert.equal(await post.left(), '1 in the box, 0 due, 0 known')
  assert.equal(post.waiting.length, 0)
})

test('deleted after: only when the mail server has taken the sound', async () => {
  const post = await Post.open(MOVED)
  for (const id of ['1', '2', '3', '4']) await post.leave(id)
  await post.deliver('given-up')
  post.sound = () => 'unreadable'
  assert.match((await post.deliver())?.text ?? '', /Ihr Ton kann nicht gelesen werden/)
  post.sound = () => piecesOf(new Uint8Array(ATTACHMENT_BYTES_MAX), new Uint8Array(1))
  const long = await post.deliver()
  assert.equal(long?.attachment, undefined)
  assert.match(long?.text ?? '', /Für eine Mail ist sie zu lang/)
  assert.equal(await post.left(), '4 in the box, 1 due, 1 known')
  post.sound = () => piecesOf(new Uint8Array(1))
  assert.match((await post.deliver())?.text ?? '', /nicht mehr im Postfach/)
  assert.equal(await post.left(), '3 in the box, 0 due, 0 known')
  await post.house.clock.pass(1)
  assert.deepEqual(post.house.erased, ['of 4'])
})

test('without the sound nothing is read; while it cannot be read the mail is tried again', async () => {
  const post = await Post.open({ ...ATTACHED, attachesSound: false })
  post.sound = () => assert.fail('the sound was read')
  await post.leave('1', { isUrgent: true })
  const mail = await post.deliver()
  assert.equal(mail?.subject, 'Dringend: Neue Nachricht von +4930123456 (Anna)')
  assert.equal(mail?.attachment, undefined)
  const other = await Post.open(ATTACHED)
  other.sound = () => 'busy'
  await other.leave('1')
  await assert.rejects(other.waiting[0]?.write() ?? assert.fail('no mail'))
})

test('a message that is gone, or a box without an address, is told to nobody', async () => {
  const post = await Post.open(ATTACHED)
  await post.leave('1')
  await post.leave('2')
  await post.house.book.removeMessage(TENANT, '1' as MessageId)
  assert.equal(await post.deliver(), undefined)
  await post.house.book.change(TENANT, ANNA, SETTINGS)
  assert.equal(await post.deliver(), undefined)
  assert.equal(await post.left(), '1 in the box, 0 due, 0 known')
})

test('what is due outlives the process and a mail server that is missing, for a day', async () => {
  const post = await Post.open(ATTACHED)
  await post.leave('1')
  post.start()
  await post.mails.look()
  assert.equal(post.waiting.length, 1)
  post.waiting[0]?.over('forgotten')
  post.isSetUp = false
  await post.mails.look()
  assert.equal(await post.left(), '1 in the box, 1 due, 0 known')
  await post.house.clock.pass(MAIL_GIVEN_UP_AFTER)
  await post.mails.look()
  assert.equal(await post.left(), '1 in the box, 0 due, 0 known')
})

test('while the end of a mail cannot be stored it is not sent again', async () => {
  const post = await Post.open(MOVED)
  await post.leave('1')
  post.house.store.outcome = 'not-stored'
  await post.deliver()
  await post.mails.look()
  assert.deepEqual([await post.left(), post.waiting.length], ['1 in the box, 1 due, 1 known', 0])
  post.house.store.outcome = 'committed'
  await post.mails.look()
  assert.equal(await post.left(), '0 in the box, 0 due, 0 known')
})

test('what callers say of themselves begins no line and hides nothing', async () => {
  const post = await Post.open(ATTACHED)
  await post.leave('1', { name: `Bank\r\nBcc: x@y\u202egpj.\ud800${'x'.repeat(200)}` })
  const mail = (await post.deliver()) ?? assert.fail('no mail')
  assert.match(mail.subject, /^Neue Nachricht von \+4930123456, Bank Bcc: x@y gpj\.\ufffdx{41} \(Anna\)$/)
  assert.ok(mail.text.includes('Von: +4930123456, Bank Bcc: x@y gpj.'))
  await post.leave('2', { from: '../../etc/passwd' })
  assert.match((await post.deliver())?.attachment?.fileName ?? '', /^[-0-9 ]+\.wav$/)
})
