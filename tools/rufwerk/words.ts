// What the command line says, in German and English.
import type { Mistake } from './arguments.ts'

export type Language = 'de' | 'en'

export const USAGE: Readonly<Record<Language, string>> = {
  en: `npm run rufwerk -- COMMAND [ID] [FILE] [FLAGS]

Does what an administrator does on the pages: asks the server that runs on this machine, over the socket in
its data folder, as whoever may read that folder. Needs no password, and takes none on the command line.

  ID              of what is meant, as lists show it
  FILE            the request as JSON, - for standard input; of a dial plan the plan alone is enough
  --json          the answer as the server says it
  --output FILE   writes the answer to a new file that only you can read; secrets are shown there only
  --data DIR      data folder of the server (default: ./data, with --demo ./data-demo)
  --language de|en  (default: that of the terminal)
  --help          this list; behind a command: its flags

Without a server: restore FILE --data DIR [--key FILE], verify FILE [--key FILE] (docs/backup.md),
audit verify FILE [--head FILE] [--key FILE] (docs/audit.md),
evidence verify FILE [--key FILE] [--json] (docs/evidence.md),
sweep FOLDER... --indicators FILE... [--log FILE...] (docs/sweep.md),
exposure FILE… --advisory FILE… [--before FILE…] [--csv FILE] (docs/exposure.md).
drill supply-chain-2023 [--clients N]: practises it with simulated clients (docs/drill.md).

egress --nftables [--user NAME]: what the server may reach as rules of the firewall (docs/egress.md).

guard [FLAGS] starts the defence alone, beside another phone system (docs/guard.md).

Exit code 0: done; 1: refused or failed; 2: wrong command; 3: no server runs there.`,
  de: `npm run rufwerk -- BEFEHL [ID] [DATEI] [ANGABEN]

Tut, was die Verwaltung auf den Seiten tut: fragt den Server, der auf diesem Rechner läuft, über den Socket
in seinem Datenordner, als wer diesen Ordner lesen darf. Braucht kein Kennwort und nimmt keines als Argument.

  ID              dessen, was gemeint ist, wie Listen sie zeigen
  DATEI           die Anfrage als JSON, - für die Standardeingabe; beim Wählplan genügt der Plan allein
  --json          die Antwort, wie der Server sie gibt
  --output DATEI  schreibt die Antwort in eine neue private Datei; nur dort stehen Geheimnisse
  --data ORDNER   Datenordner des Servers (sonst: ./data, mit --demo ./data-demo)
  --language de|en  (sonst: die des Terminals)
  --help          diese Liste; hinter einem Befehl: seine Angaben

Ohne Server: restore DATEI --data ORDNER [--key DATEI], verify DATEI [--key DATEI] (docs/backup.md),
audit verify DATEI [--head DATEI] [--key DATEI] (docs/audit.md),
evidence verify DATEI [--key DATEI] [--json] (docs/evidence.md),
sweep ORDNER... --indicators DATEI... [--log DATEI...] (docs/sweep.md),
exposure DATEI… --advisory DATEI… [--before DATEI…] [--csv DATEI] (docs/exposure.md).
drill supply-chain-2023 [--clients N]: übt es mit simulierten Geräten (docs/drill.md).

egress --nftables [--user NAME]: was der Server erreichen darf, als Regeln der Firewall (docs/egress.md).

guard [ANGABEN] startet die Abwehr allein, neben einer anderen Telefonanlage (docs/guard.md).

Rückgabewert 0: getan; 1: abgelehnt oder gescheitert; 2: falscher Befehl; 3: dort läuft kein Server.`,
}

const MISTAKES: Readonly<Record<Language, Readonly<Record<Mistake['code'], string>>>> = {
  en: {
    'unknown-command': 'there is no such command: …; --help lists all',
    'id-missing': 'say the ID of what is meant (…)',
    'id-wrong': 'this is no ID: …',
    'too-much': 'this is too much: …',
    'unknown-flag': 'there is no such flag here: …',
    'value-missing': '… needs a value',
    'value-wrong': 'this is no value for it: …',
    'secret-in-arguments': '… is a secret: others see command lines. Put it into a FILE, or - and type it',
    'file-needed': '… is more than a word: say it in a FILE',
    'field-missing': '… is missing',
  },
  de: {
    'unknown-command': 'diesen Befehl gibt es nicht: …; --help nennt alle',
    'id-missing': 'es fehlt die ID dessen, was gemeint ist (…)',
    'id-wrong': 'das ist keine ID: …',
    'too-much': 'das ist zu viel: …',
    'unknown-flag': 'diese Angabe gibt es hier nicht: …',
    'value-missing': '… braucht einen Wert',
    'value-wrong': 'das ist kein Wert dafür: …',
    'secret-in-arguments':
      '… ist ein Geheimnis: andere sehen Befehlszeilen. Es gehört in eine DATEI, oder - und eintippen',
    'file-needed': '… ist mehr als ein Wort und gehört in eine DATEI',
    'field-missing': '… fehlt',
  },
}

export function tellMistake({ code, about }: Mistake, language: Language): string {
  return MISTAKES[language][code].replace('…', about)
}

const SENTENCES = {
  'no-user': { en: '… is no user of this system', de: '… ist kein Benutzer dieses Systems' },
  'no-server': {
    en: 'no server runs with the data folder …: start it with npm start',
    de: 'mit dem Datenordner … läuft kein Server: er startet mit npm start',
  },
  'not-allowed': {
    en: 'the data folder … belongs to somebody else',
    de: 'der Datenordner … gehört jemand anderem',
  },
  'not-answered': { en: 'the server did not answer: …', de: 'der Server hat nicht geantwortet: …' },
  'not-json': { en: '… is not JSON', de: '… ist kein JSON' },
  'not-readable': { en: '… cannot be read', de: '… ist nicht lesbar' },
  'not-writable': {
    en: '… is there already, or cannot be written',
    de: '… gibt es schon oder ist nicht schreibbar',
  },
  'is-file': {
    en: 'the answer is a file: say where to with --output FILE',
    de: 'die Antwort ist eine Datei: --output DATEI sagt, wohin',
  },
  written: { en: 'written to …', de: 'steht in …' },
  done: { en: 'done', de: 'getan' },
  hidden: { en: '(secret: --output FILE)', de: '(geheim: --output DATEI)' },
  'language-wrong': { en: '--language is de or en', de: '--language ist de oder en' },
} as const

export function tell(code: keyof typeof SENTENCES, language: Language, about = ''): string {
  return SENTENCES[code][language].replace('…', about)
}

/** The codes of refusals; the English sentence comes from the server. */
const REFUSALS_IN_GERMAN: Readonly<Record<string, string>> = {
  'bad-request': 'Die Anfrage ist nicht, wie die Schnittstelle sie beschreibt.',
  forbidden: 'Das darf dieses Konto nicht.',
  'not-found': 'Das gibt es nicht.',
  'setup-required': 'Noch nicht eingerichtet: zuerst den Link öffnen, den npm start gezeigt hat.',
  'extension-taken': 'Diese Nebenstelle ist vergeben.',
  'email-taken': 'Diese E-Mail-Adresse ist vergeben.',
  'extension-reserved': 'Diese Nebenstelle ist nicht zu vergeben, etwa weil sie ein Notruf ist.',
  'limit-reached': 'Eine Grenze ist erreicht; zuerst muss etwas entfernt werden.',
  'too-large': 'Die Anfrage ist zu groß.',
  'rate-limited': 'Zu viele Versuche; bitte warten.',
  unavailable: 'Der Server ist beschäftigt oder kann nicht speichern; bitte noch einmal versuchen.',
  conflict: 'Jemand hat dasselbe zur selben Zeit geändert; bitte noch einmal versuchen.',
  'dial-plan-wrong': 'Der Wählplan hat Fehler; nichts wurde geändert.',
  internal: 'Auf dem Server ist etwas schiefgegangen; sein Protokoll sagt mehr.',
}

export interface Refusal {
  readonly code: string
  readonly message: string
  readonly field?: string
  readonly problems?: readonly { readonly sentence: string }[]
}

export function tellRefusal({ code, message, field, problems = [] }: Refusal, language: Language): string {
  const german = REFUSALS_IN_GERMAN[code]
  // What the server says more exactly is English in either language.
  const sentence = language === 'de' && german !== undefined ? `${german} (${message})` : message
  const lines = problems.map((problem) => `\n  ${problem.sentence}`)
  return `${sentence}${field === undefined ? '' : ` [${field}]`}${lines.join('')}`
}
