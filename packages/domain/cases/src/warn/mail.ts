// The mail of a warning, to those who asked for it: plain text, and the values of the headers with which a
// mail program unsubscribes by one click (RFC 8058; whoever sends it signs both headers with DKIM).
import { threatLevelName } from '@rufwerk/advisories'
import { fail, ok, type Result } from '@rufwerk/core'
import { isHttps, type Language, STATUS_WORDS, shownTime, type Warning } from './warning.ts'

export interface WarningMail {
  readonly subject: string
  readonly text: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** Characters of a subject; RFC 5322 §2.1.1 limits a line to 998. */
export const SUBJECT_CHARS_MAX = 200

const WORDS = {
  de: {
    ...{ warning: 'Warnung', level: 'Stufe', advice: 'Was Sie tun sollten', products: 'Produkte' },
    ...{ checked: 'Geprüft am', by: 'von', more: 'Alles dazu, mit Verlauf', gone: 'Abbestellen' },
  },
  en: {
    ...{ warning: 'Warning', level: 'Level', advice: 'What you should do', products: 'Products' },
    ...{ checked: 'Checked on', by: 'by', more: 'All about it, with its history', gone: 'Unsubscribe' },
  },
} as const

const CONTROL = /[\p{Cc}\u2028\u2029]/u

export function warningMail(
  warning: Warning,
  language: Language,
  { page, unsubscribe }: { readonly page: string; readonly unsubscribe: string },
): Result<WarningMail, 'subject' | 'address'> {
  const words = WORDS[language]
  const subject = `[${words.level} ${warning.level}/4] ${warning.number}: ${warning.title[language]}`
  if (CONTROL.test(subject) || subject.length > SUBJECT_CHARS_MAX) return fail('subject')
  if (!isHttps(page) || !isHttps(unsubscribe)) return fail('address')
  const { checked, products, advice } = warning
  const at = `${words.checked} ${shownTime(checked.at, language)} ${words.by} ${checked.by}`
  const named = products.map(({ vendor, product, version, status }) =>
    [`- ${vendor} ${product} ${version}:`, STATUS_WORDS[status][language]].join(' '),
  )
  const text = [
    `${words.warning} ${warning.number}: ${warning.title[language]}`,
    threatLevelName(warning.level)[language],
    warning.summary[language],
    [`${words.advice}:`, ...advice.map((step, index) => `${index + 1}. ${step[language]}`)].join('\n'),
    [`${words.products}:`, ...named].join('\n'),
    `${at}: ${checked.what[language]}`,
    `${words.more}: ${page}`,
    `${words.gone}: ${unsubscribe}`,
  ]
  return ok({
    subject,
    text: `${text.join('\n\n')}\n`,
    headers: [
      ['List-Unsubscribe', `<${unsubscribe}>`],
      ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
      ['Content-Language', language],
    ],
  })
}
