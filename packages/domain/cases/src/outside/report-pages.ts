// The form for reports from outside, the page of a report, and what is said instead of either. German and
// English; every word of a stranger is text.
import type { Verdict } from '../evidence.ts'
import { escapeMarkup, type Language, shownTime } from '../warn/warning.ts'
import type { FormField } from './form.ts'
import { publicPage } from './layout.ts'
import { CONTACT_CHARS_MAX, TOLD_CHARS_MAX, TOLD_NAME_CHARS_MAX } from './limits.ts'
import type { OutsideStatus } from './status.ts'

export const REPORT_PATH = '/security/report'

interface FieldWords {
  readonly label: string
  readonly hint: string
  readonly problem: string
}

interface Words {
  readonly title: string
  readonly intro: string
  readonly promise: string
  readonly send: string
  readonly fields: Readonly<Record<FormField, FieldWords>>
}

const FORM: Readonly<Record<Language, Words>> = {
  de: {
    title: 'Ein Sicherheitsproblem melden',
    intro:
      'Ihr Virenscanner schlägt an, Sie haben eine Schwachstelle gefunden, oder etwas kommt Ihnen verdächtig vor? Sagen Sie es hier. Sie brauchen kein Konto und müssen Ihren Namen nicht nennen.',
    promise:
      'Jede Meldung wird ein Fall mit Fristen: 24 Stunden bis zur ersten Antwort, 72 bis zur Entscheidung. Sie bekommen eine Nummer und eine Adresse, unter der Sie den Stand sehen. Bitte senden Sie keine Passwörter und keine Daten anderer Menschen.',
    send: 'Melden',
    fields: {
      words: {
        label: 'Was haben Sie gesehen?',
        hint: `Nötig. Höchstens ${TOLD_CHARS_MAX} Zeichen.`,
        problem: `Bitte beschreiben Sie, was Sie gesehen haben, mit höchstens ${TOLD_CHARS_MAX} Zeichen.`,
      },
      product: {
        label: 'Produkt',
        hint: 'Wenn Sie es wissen.',
        problem: 'Der Name des Produkts ist zu lang.',
      },
      version: { label: 'Version', hint: 'Wenn Sie sie wissen.', problem: 'Die Version ist zu lang.' },
      fileName: {
        label: 'Dateiname',
        hint: 'Wenn es um eine Datei geht.',
        problem: 'Der Dateiname ist zu lang.',
      },
      hash: {
        label: 'Prüfsumme (SHA-256)',
        hint: '64 Zeichen, wie viele Virenscanner sie anzeigen.',
        problem: 'Eine SHA-256-Prüfsumme hat 64 Zeichen: Ziffern und die Buchstaben a bis f.',
      },
      contact: {
        label: 'E-Mail-Adresse für Rückfragen',
        hint: 'Freiwillig. Ein Mensch kann Ihnen schreiben; von selbst geht keine Mail an Sie.',
        problem: 'Das ist keine einzelne E-Mail-Adresse.',
      },
    },
  },
  en: {
    title: 'Report a security problem',
    intro:
      'Your virus scanner flags something, you have found a vulnerability, or something looks suspicious? Tell us here. You need no account and do not have to say who you are.',
    promise:
      'Each report becomes a case with deadlines: 24 hours for the first answer, 72 for the decision. You get a number, and an address where you see how far it is. Please send no passwords and no data about other people.',
    send: 'Report',
    fields: {
      words: {
        label: 'What have you seen?',
        hint: `Needed. At most ${TOLD_CHARS_MAX} characters.`,
        problem: `Please describe what you have seen, in at most ${TOLD_CHARS_MAX} characters.`,
      },
      product: { label: 'Product', hint: 'If you know it.', problem: 'The name of the product is too long.' },
      version: { label: 'Version', hint: 'If you know it.', problem: 'The version is too long.' },
      fileName: { label: 'File name', hint: 'If it is about a file.', problem: 'The file name is too long.' },
      hash: {
        label: 'Checksum (SHA-256)',
        hint: '64 characters, as many virus scanners show it.',
        problem: 'A SHA-256 checksum has 64 characters: digits and the letters a to f.',
      },
      contact: {
        label: 'Email address for questions',
        hint: 'Optional. A person may write to you; no mail goes to you by itself.',
        problem: 'This is not a single email address.',
      },
    },
  },
}

export interface PageOf {
  readonly language: Language
  readonly company: string
}

/** With what was typed before, and what is wrong with it. */
export function reportFormPage(
  { language, company }: PageOf,
  typed: Pick<URLSearchParams, 'get'> = new URLSearchParams(),
  problem?: FormField,
): string {
  const { title, intro, promise, send, fields } = FORM[language]
  const wrong = problem && fields[problem].problem
  const field = (name: FormField, charsMax: number): string => {
    const value = escapeMarkup((typed.get(name) ?? '').slice(0, charsMax))
    const invalid = problem === name ? ' aria-invalid="true"' : ''
    const named = `id="${name}" name="${name}" aria-describedby="${name}-hint"`
    const shared = `${named} maxlength="${charsMax}"${invalid}`
    const kind = name === 'contact' ? 'type="email" autocomplete="email"' : 'type="text" autocomplete="off"'
    const control =
      name === 'words'
        ? `<textarea ${shared} required>\n${value}</textarea>`
        : `<input ${shared} ${kind} value="${value}">`
    return `<label for="${name}">${fields[name].label}</label>
<p class="hint" id="${name}-hint">${fields[name].hint}</p>
${control}`
  }
  const said = wrong && `<p class="problem" role="alert"><a href="#${problem}">${wrong}</a></p>`
  const content = `<p>${intro}</p>
<p>${promise}</p>
${said ?? ''}
<form method="post" action="${REPORT_PATH}?lang=${language}">
${field('words', TOLD_CHARS_MAX)}
${(['product', 'version', 'fileName'] as const).map((name) => field(name, TOLD_NAME_CHARS_MAX)).join('\n')}
${field('hash', 64)}
${field('contact', CONTACT_CHARS_MAX)}
<button type="submit">${send}</button>
</form>`
  return publicPage({ language, company, title, path: REPORT_PATH, content })
}

const STATUS = {
  de: {
    ...{ title: 'Ihre Meldung', receipt: 'Nummer', at: 'Eingegangen', state: 'Stand' },
    ...{ answerDue: 'Erste Antwort bis', decisionDue: 'Entscheidung bis', answer: 'Antwort' },
    keep: 'Heben Sie die Adresse dieser Seite auf. Nur wer sie kennt, sieht diese Meldung.',
    ...{ received: 'eingegangen', answered: 'ein Mensch hat geantwortet', closed: 'abgeschlossen am' },
  },
  en: {
    ...{ title: 'Your report', receipt: 'Number', at: 'Received', state: 'Status' },
    ...{ answerDue: 'First answer by', decisionDue: 'Decision by', answer: 'Answer' },
    keep: 'Keep the address of this page. Only who knows it sees this report.',
    ...{ received: 'received', answered: 'a person has answered', closed: 'closed on' },
  },
} as const

const VERDICTS: Readonly<Record<Verdict, Readonly<Record<Language, string>>>> = {
  'false-positive': { de: 'geprüft, ein Fehlalarm', en: 'checked, a false alarm' },
  removed: { de: 'bestätigt und entfernt', en: 'confirmed and removed' },
  'not-affected': { de: 'geprüft, nicht betroffen', en: 'checked, not affected' },
}

export function reportStatusPage(
  { language, company }: PageOf,
  { receipt, at, answerDue, decisionDue, answer, closed }: OutsideStatus,
  address: string,
): string {
  const words = STATUS[language]
  const state = closed
    ? `${words.closed} ${shownTime(closed.at, language)}: ${VERDICTS[closed.verdict][language]}`
    : words[answer ? 'answered' : 'received']
  const rows = [
    [words.receipt, receipt],
    [words.state, state],
    [words.at, shownTime(at, language)],
    ...(answer || closed ? [] : [[words.answerDue, shownTime(answerDue, language)]]),
    ...(closed ? [] : [[words.decisionDue, shownTime(decisionDue, language)]]),
  ].map(([name = '', value = '']) => `<dt>${name}</dt><dd>${escapeMarkup(value)}</dd>`)
  const answered = answer
    ? `<h2>${words.answer}</h2>
<p class="hint">${shownTime(answer.at, language)}</p>
<p class="told">${escapeMarkup(answer.words)}</p>`
    : ''
  const { pathname } = new URL(address)
  const content = `<p>${words.keep}</p>
<p><a href="${escapeMarkup(pathname)}?lang=${language}">${escapeMarkup(address)}</a></p>
<dl>
${rows.join('\n')}
</dl>
${answered}`
  return publicPage({ language, company, title: words.title, path: pathname, content })
}

const SAID = {
  'not-found': {
    de: ['Hier ist nichts', 'Diese Adresse gibt es nicht, oder nicht mehr.'],
    en: ['There is nothing here', 'This address does not exist, or no longer.'],
  },
  'too-often': {
    de: [
      'Bitte warten Sie',
      'Von Ihrer Adresse kam zu viel auf einmal. Ihre Meldung wurde nicht angenommen.',
    ],
    en: ['Please wait', 'Too much came from your address at once. Your report was not taken.'],
  },
  full: {
    de: [
      'Zur Zeit nicht möglich',
      'Heute sind schon zu viele Meldungen eingegangen. Ihre wurde nicht angenommen; bitte rufen Sie an.',
    ],
    en: ['Not possible now', 'Too many reports have come today. Yours was not taken; please call instead.'],
  },
  busy: {
    de: ['Zur Zeit nicht möglich', 'Das System ist beschäftigt. Bitte versuchen Sie es noch einmal.'],
    en: ['Not possible now', 'The system is busy. Please try again.'],
  },
  malformed: {
    de: ['Nicht verstanden', 'Bitte benutzen Sie das Formular auf dieser Seite.'],
    en: ['Not understood', 'Please use the form on this page.'],
  },
  'too-large': {
    de: ['Zu groß', 'Ihre Meldung ist zu lang. Sie wurde nicht angenommen.'],
    en: ['Too large', 'Your report is too long. It was not taken.'],
  },
} as const

export type SaidInstead = keyof typeof SAID

/** Instead of what was asked for. */
export function saidInstead({ language, company }: PageOf, what: SaidInstead): string {
  const [title, sentence] = SAID[what][language]
  const { title: form } = FORM[language]
  const content = `<p>${sentence}</p>
<p><a href="${REPORT_PATH}?lang=${language}">${form}</a></p>`
  return publicPage({ language, company, title, path: REPORT_PATH, content })
}
