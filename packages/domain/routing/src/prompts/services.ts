// What queues, conferences, recordings and settings by code say.
import type { PromptText } from './text.ts'

export const QUEUE_PROMPTS = [
  {
    name: 'queue-position',
    de: 'Sie sind an Position',
    en: 'You are at position',
    use: 'A queue tells the place: before a number.',
  },
  {
    name: 'queue-next',
    de: 'Sie sind als Nächstes an der Reihe.',
    en: 'You are next in line.',
    use: 'A queue tells the place: the first one.',
  },
  {
    name: 'queue-wait',
    de: 'Ihre voraussichtliche Wartezeit beträgt',
    en: 'Your expected wait is',
    use: 'A queue tells the wait: before a number of minutes.',
  },
  {
    name: 'queue-wait-short',
    de: 'Ihre voraussichtliche Wartezeit beträgt weniger als eine Minute.',
    en: 'Your expected wait is less than a minute.',
    use: 'A queue tells the wait: short.',
  },
  {
    name: 'queue-wait-long',
    de: 'Ihre voraussichtliche Wartezeit beträgt mehr als eine Stunde.',
    en: 'Your expected wait is more than an hour.',
    use: 'A queue tells the wait: long.',
  },
  {
    name: 'queue-supervised',
    de: 'Zur Schulung hört jetzt eine weitere Person mit.',
    en: 'For training, another person is now listening.',
    use: 'Told to the caller before a supervisor listens.',
  },
  {
    name: 'queue-in',
    de: 'Sie sind in der Warteschlange angemeldet.',
    en: 'You are logged in to the queue.',
    use: 'An agent logged in by code.',
  },
  {
    name: 'queue-out',
    de: 'Sie sind von der Warteschlange abgemeldet.',
    en: 'You are logged out of the queue.',
    use: 'An agent logged out by code.',
  },
  {
    name: 'queue-pause',
    de: 'Ihre Pause hat begonnen.',
    en: 'Your break has begun.',
    use: 'An agent takes a break by code.',
  },
  {
    name: 'queue-resume',
    de: 'Ihre Pause ist beendet.',
    en: 'Your break has ended.',
    use: 'An agent is back by code.',
  },
] as const satisfies readonly PromptText[]

export const CONFERENCE_PROMPTS = [
  {
    name: 'conference-pin',
    de: 'Bitte geben Sie die PIN der Konferenz ein, und schließen Sie mit der Rautetaste ab.',
    en: 'Please enter the PIN of the conference, followed by the hash key.',
    use: 'A conference room with a PIN.',
  },
  {
    name: 'conference-pin-wrong',
    de: 'Diese PIN ist nicht richtig.',
    en: 'This PIN is not correct.',
    use: 'A wrong PIN of a conference room.',
  },
  {
    name: 'conference-blocked',
    de: 'Nach mehreren falschen Eingaben ist diese Konferenz für eine Weile gesperrt. Bitte versuchen Sie es später noch einmal.',
    en: 'After several wrong entries this conference is blocked for a while. Please try again later.',
    use: 'Too many wrong PINs of a conference room.',
  },
  {
    name: 'conference-closed',
    de: 'Diese Konferenz ist zur Zeit nicht geöffnet.',
    en: 'This conference is not open at this time.',
    use: 'A conference room outside the time it is open, or that takes no callers from outside.',
  },
  {
    name: 'conference-locked',
    de: 'Diese Konferenz nimmt im Moment niemanden mehr auf.',
    en: 'This conference is locked and takes nobody any more.',
    use: 'A moderator has locked the conference room.',
  },
  {
    name: 'conference-full',
    de: 'Diese Konferenz ist leider voll.',
    en: 'This conference is full.',
    use: 'No place is left in a conference room.',
  },
  {
    name: 'conference-waiting',
    de: 'Die Konferenz beginnt, sobald die Moderation da ist. Bitte bleiben Sie am Apparat.',
    en: 'The conference begins when the moderator is here. Please stay on the line.',
    use: 'A conference room waits for its moderator.',
  },
  {
    name: 'conference-ended',
    de: 'Die Konferenz ist beendet. Auf Wiederhören.',
    en: 'The conference has ended. Goodbye.',
    use: 'The end of a conference.',
  },
  {
    name: 'conference-removed',
    de: 'Sie wurden aus der Konferenz entfernt.',
    en: 'You have been removed from the conference.',
    use: 'A moderator has sent somebody out.',
  },
  {
    name: 'conference-muted',
    de: 'Ihr Mikrofon ist ausgeschaltet.',
    en: 'You are muted.',
    use: 'Somebody in a conference was muted.',
  },
  {
    name: 'conference-unmuted',
    de: 'Ihr Mikrofon ist wieder eingeschaltet.',
    en: 'You are no longer muted.',
    use: 'Somebody in a conference can be heard again.',
  },
] as const satisfies readonly PromptText[]

export const RECORDING_PROMPTS = [
  {
    // What is agreed to is kept with these words: see the questions of the recordings package.
    name: 'recording-question',
    de: 'Wir möchten dieses Gespräch aufzeichnen. Wenn Sie damit einverstanden sind, drücken Sie die Eins. Wenn nicht, drücken Sie eine andere Taste oder warten Sie einfach.',
    en: 'We would like to record this call. If you agree, press one. If you do not, press any other key or simply wait.',
    use: 'Parties outside are asked before a call is recorded.',
    isFixed: true,
  },
  {
    name: 'recording-notice',
    de: 'Ihr Gesprächspartner wird gefragt, ob das Gespräch aufgezeichnet werden darf.',
    en: 'The other party is being asked whether this call may be recorded.',
    use: 'People of the house hear this while the others are asked.',
    isFixed: true,
  },
  {
    name: 'recording-paused',
    de: 'Die Aufzeichnung ist unterbrochen.',
    en: 'The recording is paused.',
    use: 'Somebody has paused the recording of their call by code.',
  },
  {
    name: 'recording-resumed',
    de: 'Die Aufzeichnung geht weiter.',
    en: 'The recording goes on.',
    use: 'Somebody has let the recording of their call go on by code.',
  },
] as const satisfies readonly PromptText[]

export const SETTING_PROMPTS = [
  {
    name: 'forward-set',
    de: 'Ihre Anrufe werden ab jetzt umgeleitet.',
    en: 'Your calls are forwarded from now on.',
    use: 'Forwarding was switched on by code.',
  },
  {
    name: 'forward-refused',
    de: 'Auf diese Nummer dürfen Sie nicht umleiten.',
    en: 'You may not forward to this number.',
    use: 'Forwarding by code: the number may not be called.',
  },
  {
    name: 'forward-unknown',
    de: 'Diese Nummer gibt es nicht. Ihre Anrufe werden nicht umgeleitet.',
    en: 'This number does not exist. Your calls are not forwarded.',
    use: 'Forwarding by code: what was dialled is no number.',
  },
  {
    name: 'forward-loop',
    de: 'Diese Umleitung würde im Kreis führen.',
    en: 'This would forward calls in a circle.',
    use: 'Forwarding by code: it leads back.',
  },
  {
    name: 'forward-off',
    de: 'Die Umleitung ist ausgeschaltet.',
    en: 'Forwarding is off.',
    use: 'Forwarding was switched off by code.',
  },
  {
    name: 'state-available',
    de: 'Sie sind jetzt erreichbar.',
    en: 'You are available now.',
    use: 'A state was set by code.',
  },
  {
    name: 'state-away',
    de: 'Sie sind jetzt abwesend gemeldet.',
    en: 'You are away now.',
    use: 'A state was set by code.',
  },
  {
    name: 'state-do-not-disturb',
    de: 'Ihr Telefon klingelt jetzt nicht mehr.',
    en: 'Your phone does not ring now.',
    use: 'Do not disturb was set by code.',
  },
  {
    name: 'setting-refused',
    de: 'Das ist nicht möglich.',
    en: 'This is not possible.',
    use: 'A code was dialled that this person may not use, or with something that does not fit.',
  },
  {
    name: 'setting-failed',
    de: 'Das konnte gerade nicht gespeichert werden. Bitte versuchen Sie es später noch einmal.',
    en: 'This could not be saved just now. Please try again later.',
    use: 'A setting by code was not stored.',
  },
  {
    name: 'joined',
    de: 'Die beiden sind jetzt verbunden.',
    en: 'The two are connected now.',
    use: 'Somebody has connected two calls of one phone by code.',
  },
  {
    name: 'nothing-to-join',
    de: 'Es sind keine zwei Gespräche da, die verbunden werden können.',
    en: 'There are no two calls that could be connected.',
    use: 'Connecting two calls by code: there are none.',
  },
] as const satisfies readonly PromptText[]
