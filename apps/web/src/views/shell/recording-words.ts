// The words of the row about recording. Here and not among the words of i18n, which are all read before the
// first page shows: these are needed where a call may be recorded alone.

const de = {
  on: 'Wird aufgezeichnet',
  paused: 'Aufzeichnung unterbrochen',
  asking: 'Die Gegenseite wird gefragt …',
  off: 'Keine Aufzeichnung',
  failed: 'Das ist gerade nicht möglich.',
  notPaused: 'Wird weiter aufgezeichnet: Eine Pause ist gerade nicht möglich.',
  notResumed: 'Bleibt unterbrochen: Weiter geht es gerade nicht.',
  begin: 'Dieses Gespräch aufzeichnen',
  beginWord: 'Aufzeichnen',
  pause: 'Aufzeichnung unterbrechen',
  pauseWord: 'Pause',
  resume: 'Weiter aufzeichnen',
  resumeWord: 'Weiter',
  stop: 'Aufzeichnung beenden',
  stopWord: 'Beenden',
}

export type RecordingWord = keyof typeof de

const WORDS: Readonly<Record<'de' | 'en', Readonly<Record<RecordingWord, string>>>> = {
  de,
  en: {
    on: 'Being recorded',
    paused: 'Recording paused',
    asking: 'The other side is asked for consent…',
    off: 'Not recorded',
    failed: 'That is not possible right now.',
    notPaused: 'Still being recorded: it cannot be paused right now.',
    notResumed: 'Still paused: it cannot go on right now.',
    begin: 'Record this call',
    beginWord: 'Record',
    pause: 'Pause the recording',
    pauseWord: 'Pause',
    resume: 'Go on recording',
    resumeWord: 'Go on',
    stop: 'End the recording',
    stopWord: 'End',
  },
}

export function recordingWord(word: RecordingWord, language: string): string {
  return WORDS[language.startsWith('de') ? 'de' : 'en'][word]
}
