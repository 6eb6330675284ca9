// The words of the question and of the notice, with a version: what was agreed to can be shown years later,
// whatever is asked then. A changed wording is a new version, never a changed one.
export interface Question {
  /** Kept with each agreement. */
  readonly version: string
  readonly language: 'de' | 'en'
  readonly wording: string
  /** Names of prompts. */
  readonly ask: readonly string[]
  /** What people of the house hear meanwhile. */
  readonly notice: readonly string[]
  readonly noticeWording: string
}

export const QUESTIONS: Readonly<Record<'de' | 'en', Question>> = {
  de: {
    version: 'de-1',
    language: 'de',
    wording:
      'Wir möchten dieses Gespräch aufzeichnen. Wenn Sie damit einverstanden sind, drücken Sie die Eins. ' +
      'Wenn nicht, drücken Sie eine andere Taste oder warten Sie einfach.',
    ask: ['de-recording-question'],
    notice: ['de-recording-notice'],
    noticeWording: 'Ihr Gesprächspartner wird gefragt, ob das Gespräch aufgezeichnet werden darf.',
  },
  en: {
    version: 'en-1',
    language: 'en',
    wording:
      'We would like to record this call. If you agree, press one. If you do not, press any other key or ' +
      'simply wait.',
    ask: ['en-recording-question'],
    notice: ['en-recording-notice'],
    noticeWording: 'The other party is being asked whether this call may be recorded.',
  },
}
