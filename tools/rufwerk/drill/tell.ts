// The report of a drill in words: what happened, in which order, how long it took, and whether it was as it
// should be.
import type { Language } from '../words.ts'
import type { Step, StepId } from './play.ts'

const TEXTS = {
  usage: {
    de: 'rufwerk drill supply-chain-2023 [--clients N] [--json] [--output DATEI], N von 100 bis 10000',
    en: 'rufwerk drill supply-chain-2023 [--clients N] [--json] [--output FILE], N from 100 to 10000',
  },
  title: {
    de: 'Übung „supply-chain-2023“: eine signierte Telefon-App ist ein Trojaner (März 2023)',
    en: 'Drill “supply-chain-2023”: a signed phone app is a trojan (March 2023)',
  },
  simulated: {
    de: 'Simulierte Geräte im Speicher dieses Befehls; nichts Echtes wurde gefragt, gesperrt oder angerufen.',
    en: 'Simulated devices in the memory of this command; nothing real was asked, stopped or called.',
  },
  good: {
    de: 'Alles kam so, wie es soll.',
    en: 'Everything came out as it should.',
  },
  bad: {
    de: 'Nicht alles kam so, wie es soll: Melden Sie das bitte, mit diesem Bericht.',
    en: 'Not everything came out as it should: please report it, with this report.',
  },
  people: {
    de: 'Die Zeiten sind die der Maschine. Üben Sie dazu, was Menschen tun: wer die zweite Person ist, wer die Nutzer anruft, wer die Meldungen an Behörden schreibt.',
    en: 'The times are those of the machine. Practise what people do, too: who is the second person, who calls the users, who writes to the authorities.',
  },
} as const

type Sentence = (step: Step) => string
const STEPS: Readonly<Record<StepId, Readonly<Record<Language, Sentence>>>> = {
  ready: {
    de: ({ seen }) => `${seen} Geräte sind angemeldet und im Bestand`,
    en: ({ seen }) => `${seen} devices are registered and in the inventory`,
  },
  list: {
    de: ({ seen, expected }) => `Die erste Liste kommt: ${seen} betroffen (erwartet ${expected})`,
    en: ({ seen, expected }) => `The first list comes: ${seen} affected (${expected} expected)`,
  },
  stop: {
    de: ({ seen, expected }) => `Zwei Personen stimmen zu: ${seen} von ${expected} gesperrt`,
    en: ({ seen, expected }) => `Two people agree: ${seen} of ${expected} stopped`,
  },
  silent: {
    de: ({ seen }) => `Gesperrte Geräte rufen an und werden angerufen: ${seen} Anrufe kommen zustande`,
    en: ({ seen }) => `Stopped devices call and are called: ${seen} calls go through`,
  },
  others: {
    de: ({ seen, expected }) => `Alle anderen rufen an und werden angerufen: ${seen} von ${expected} Anrufen`,
    en: ({ seen, expected }) => `All others call and are called: ${seen} of ${expected} calls`,
  },
  help: {
    de: ({ seen, expected }) =>
      `112 von gesperrten Geräten: ${seen} von ${expected} erreichen die Leitstelle`,
    en: ({ seen, expected }) => `112 from stopped devices: ${seen} of ${expected} reach the emergency centre`,
  },
  corrected: {
    de: ({ seen, expected }) => `Die Liste wird berichtigt: ${seen} weitere gesperrt (erwartet ${expected})`,
    en: ({ seen, expected }) => `The list is corrected: ${seen} more stopped (${expected} expected)`,
  },
  removal: {
    de: ({ seen, expected }) => `Entfernt und geprüft: ${seen} von ${expected}`,
    en: ({ seen, expected }) => `Removed and verified: ${seen} of ${expected}`,
  },
  evidence: {
    de: ({ ok }) =>
      ok
        ? 'Das Beweispaket ist unverändert; ein beschönigtes fällt auf'
        : 'Das Beweispaket ließ sich nicht prüfen, oder ein beschönigtes fiel nicht auf',
    en: ({ ok }) =>
      ok
        ? 'The evidence is unchanged; one that was made to look better is found'
        : 'The evidence did not verify, or one that was made to look better was not found',
  },
}

export function say(text: keyof typeof TEXTS, language: Language): string {
  return TEXTS[text][language]
}

export function drillLines(
  { at, ok, steps }: { readonly at: string; readonly ok: boolean; readonly steps: readonly Step[] },
  language: Language,
): string[] {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`.padStart(9)
  const total = steps.reduce((sum, { tookMs }) => sum + tookMs, 0)
  return [
    say('title', language),
    `${at}. ${say('simulated', language)}`,
    '',
    ...steps.map((step) => {
      const mark = step.ok ? 'ok    ' : '!     '
      return `${mark}${seconds(step.tookMs)}  ${STEPS[step.id][language](step)}`
    }),
    `      ${seconds(total)}`,
    '',
    say(ok ? 'good' : 'bad', language),
    say('people', language),
  ]
}
