// A mail about each new message, to the address of its box. The store says which are due until their end is
// stored there, so that a mail outlives the process; after a crash just then it may be sent twice.
import { type Log, minutes, type RecordingId, type TenantId, type WallTime } from '@rufwerk/core'
import type {
  Box,
  BoxMail,
  DueMessage,
  Message,
  MessageId,
  VoicemailBook,
  VoicemailStore,
} from '@rufwerk/messaging'
import { ATTACHMENT_BYTES_MAX, MAILS_WAITING_MAX, type Mail, type Mailer } from '@rufwerk/messaging/mail'
import type { Speaker } from '../services/voicemail-speech.ts'
import { messageMail, type SoundOfMail } from './words.ts'

/** A mail that could not even be queued for so long is given up. */
export const MAIL_GIVEN_UP_AFTER = minutes(24 * 60)

export interface VoicemailMailParts {
  readonly book: Pick<VoicemailBook, 'box' | 'message' | 'removeMessage'>
  readonly store: Pick<VoicemailStore, 'mailsDue' | 'endMail'>
  readonly mailerOf: (tenant: TenantId) => Pick<Mailer, 'sendDue'>
  readonly sound: (recording: RecordingId) => Promise<AsyncIterable<Uint8Array> | 'busy' | 'unreadable'>
  readonly speakerOf: (tenant: TenantId, box: Box) => Speaker
  readonly wallTime: () => WallTime
  readonly log: Log
}

/** `over`: what is left is to store that. */
interface Known {
  state: 'queued' | 'over'
  /** The sound has gone with the mail, and stays nowhere else. */
  isMoved: boolean
}

export class VoicemailMail {
  readonly #parts: VoicemailMailParts
  /** Those of the due ones that were looked at; removed when the store knows their end. */
  readonly #known = new Map<MessageId, Known>()
  #looking: Promise<void> | undefined
  #isAskedAgain = false

  constructor(parts: VoicemailMailParts) {
    this.#parts = parts
  }

  /** Takes up what is due: at the start, when a message has come, and now and then. Never rejects. */
  look(): Promise<void> {
    this.#isAskedAgain = this.#looking !== undefined
    this.#looking ??= this.#lookUntilDone()
    return this.#looking
  }

  size(): number {
    return this.#known.size
  }

  async #lookUntilDone(): Promise<void> {
    do {
      this.#isAskedAgain = false
      try {
        await this.#lookOnce()
      } catch (error) {
        this.#parts.log.error('voicemail mails not looked at', { error: String(error) })
      }
    } while (this.#isAskedAgain)
    this.#looking = undefined
  }

  async #lookOnce(): Promise<void> {
    const due = await this.#parts.store.mailsDue(MAILS_WAITING_MAX)
    const ids = new Set(due.map(({ message }) => message.id))
    for (const [id, { state }] of this.#known) if (state === 'over' && !ids.has(id)) this.#known.delete(id)
    for (const one of due) {
      const known = this.#known.get(one.message.id)
      if (known === undefined) await this.#queue(one)
      else if (known.state === 'over') await this.#settle(one, known.isMoved)
    }
  }

  async #queue(due: DueMessage): Promise<void> {
    const { mailerOf, wallTime, log } = this.#parts
    const { tenant, message } = due
    const known: Known = { state: 'queued', isMoved: false }
    this.#known.set(message.id, known)
    const queued = mailerOf(tenant).sendDue({
      write: async () => {
        const written = await this.#write(due)
        known.isMoved = written?.sound === 'moved'
        return written?.mail
      },
      over: (outcome) => {
        known.state = 'over'
        known.isMoved = known.isMoved && outcome === 'delivered'
        if (outcome === 'forgotten') this.#known.delete(message.id)
        else void this.look()
      },
    })
    if (queued.ok) return
    this.#known.delete(message.id)
    if (wallTime() - message.receivedAt < MAIL_GIVEN_UP_AFTER) return
    log.warn('voicemail mail given up', { tenant, message: message.id, code: queued.error.code })
    await this.#settle(due, false)
  }

  /** A message whose end is not stored is looked at again; its mail is not sent again by this run. */
  async #settle({ tenant, message: { id } }: DueMessage, isMoved: boolean): Promise<void> {
    const { book, store, log } = this.#parts
    const stored = isMoved ? await book.removeMessage(tenant, id) : await store.endMail(tenant, id)
    if (stored === 'committed' || stored === 'not-found') this.#known.delete(id)
    else log.error('voicemail mail not settled', { tenant, message: id })
  }

  /** As the box is set now; undefined when there is nothing to tell any more. */
  async #write({ tenant, message: { id } }: DueMessage): Promise<Written | undefined> {
    const { book, speakerOf } = this.#parts
    const found = await book.message(tenant, id)
    const box = found && book.box(tenant, found.box)
    if (box?.mail === undefined) return undefined
    const { message } = found as { readonly message: Message }
    const bytes = box.mail.attachesSound ? await this.#bytesOf(message) : 'in-box'
    const sound = soundOf(bytes, box.mail)
    const speaker = speakerOf(tenant, box)
    const mail = messageMail(box.mail.to, { ...message, box: box.name }, sound, speaker)
    if (typeof bytes === 'string') return { mail, sound }
    const attachment = { fileName: fileNameOf(message, speaker.timeZone), type: 'audio/wav', bytes }
    return { mail: { ...mail, attachment }, sound }
  }

  async #bytesOf({ recording }: Message): Promise<Uint8Array | 'too-long' | 'unreadable'> {
    const sound = await this.#parts.sound(recording)
    if (sound === 'busy') throw new Error('too many recordings are being read')
    if (sound === 'unreadable') return sound
    const pieces: Uint8Array[] = []
    let size = 0
    for await (const piece of sound) {
      size += piece.length
      if (size > ATTACHMENT_BYTES_MAX) return 'too-long'
      pieces.push(piece)
    }
    return Buffer.concat(pieces)
  }
}

interface Written {
  readonly mail: Mail
  readonly sound: SoundOfMail
}

function soundOf(bytes: Uint8Array | 'in-box' | 'too-long' | 'unreadable', mail: BoxMail): SoundOfMail {
  if (typeof bytes === 'string') return bytes
  return mail.deletesAfter ? 'moved' : 'attached'
}

/** Such as `2026-11-22 21-05 +4930123456.wav`. */
function fileNameOf({ receivedAt, from }: Message, timeZone: string): string {
  const style = { dateStyle: 'short', timeStyle: 'short', timeZone } as const
  const at = new Intl.DateTimeFormat('sv-SE', style).format(receivedAt).replace(':', '-')
  const number = from?.replaceAll(/[^+0-9]/g, '') ?? ''
  return `${`${at} ${number}`.trim()}.wav`
}
