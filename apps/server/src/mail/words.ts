// The words of mails that the system writes by itself.
import type { Ms, WallTime } from '@rufwerk/core'
import type { Mail } from '@rufwerk/messaging/mail'

const TEST = {
  de: {
    subject: 'Testmail von Rufwerk',
    text: 'Guten Tag,\n\ndiese Mail haben Sie in den Einstellungen von Rufwerk ausgelöst. Der Mailserver ist richtig eingerichtet.\n',
  },
  en: {
    subject: 'Test mail from Rufwerk',
    text: 'Hello,\n\nyou asked for this mail in the settings of Rufwerk. The mail server is set up rightly.\n',
  },
} as const

export function testMail(to: string, language: 'de' | 'en'): Mail {
  return { to, ...TEST[language] }
}

export interface MessageFacts {
  readonly box: string
  readonly receivedAt: WallTime
  readonly length: Ms
  readonly isUrgent: boolean
  readonly from?: string
  readonly name?: string
}

/** Where the sound is: with the mail and no longer in the box, with the mail, in the box alone, or lost. */
export type SoundOfMail = 'moved' | 'attached' | 'in-box' | 'too-long' | 'unreadable'

interface MessageWords {
  readonly subject: (box: string, from: string) => string
  readonly text: (words: Readonly<Record<'box' | 'from' | 'at' | 'length' | 'sound', string>>) => string
  readonly hidden: string
  readonly urgent: string
  readonly sound: Readonly<Record<SoundOfMail, string>>
}

const MESSAGE: Readonly<Record<'de' | 'en', MessageWords>> = {
  de: {
    subject: (box, from) => `Neue Nachricht von ${from} (${box})`,
    text: ({ box, from, at, length, sound }) =>
      `Guten Tag,\n\nim Postfach ${box} ist eine neue Nachricht.\n\n` +
      `Von: ${from}\nAm: ${at}\nLänge: ${length}\n\n${sound}\n`,
    hidden: 'unterdrückter Nummer',
    urgent: 'Dringend: ',
    sound: {
      moved: 'Sie hängt an dieser Mail und ist nicht mehr im Postfach.',
      attached: 'Sie hängt an dieser Mail und ist auch im Postfach.',
      'in-box': 'Sie können sie am Telefon oder in Rufwerk anhören.',
      'too-long': 'Für eine Mail ist sie zu lang. Sie können sie am Telefon oder in Rufwerk anhören.',
      unreadable: 'Ihr Ton kann nicht gelesen werden.',
    },
  },
  en: {
    subject: (box, from) => `New message from ${from} (${box})`,
    text: ({ box, from, at, length, sound }) =>
      `Hello,\n\nthere is a new message in the box ${box}.\n\n` +
      `From: ${from}\nAt: ${at}\nLength: ${length}\n\n${sound}\n`,
    hidden: 'a hidden number',
    urgent: 'Urgent: ',
    sound: {
      moved: 'It is attached to this mail, and not in the box any more.',
      attached: 'It is attached to this mail, and in the box, too.',
      'in-box': 'You can listen to it by phone or in Rufwerk.',
      'too-long': 'It is too long for a mail. You can listen to it by phone or in Rufwerk.',
      unreadable: 'Its sound cannot be read.',
    },
  },
}

/** A name that callers give themselves, as far as it is shown. */
const SHOWN_CHARS_MAX = 60

/** About a message in a box. What callers say of themselves gets into no line of its own. */
export function messageMail(
  to: string,
  facts: MessageFacts,
  sound: SoundOfMail,
  { language, timeZone }: { readonly language: 'de' | 'en'; readonly timeZone: string },
): Mail {
  const words = MESSAGE[language]
  const box = shown(facts.box)
  const number = facts.from === undefined ? words.hidden : shown(facts.from)
  const from = facts.name === undefined ? number : `${number}, ${shown(facts.name)}`
  const style = { dateStyle: 'full', timeStyle: 'short', timeZone } as const
  const at = new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', style).format(facts.receivedAt)
  const whole = Math.round(facts.length / 1000)
  const length = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
  const subject = words.subject(box, from)
  return {
    to,
    subject: facts.isUrgent ? words.urgent + subject : subject,
    text: words.text({ box, from, at, length, sound: words.sound[sound] }),
  }
}

/** Without what ends a line, hides or turns around what stands beside it. */
function shown(text: string): string {
  const plain = text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
  return [...plain].slice(0, SHOWN_CHARS_MAX).join('').trim()
}
