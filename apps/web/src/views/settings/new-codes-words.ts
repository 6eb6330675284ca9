// What usual codes of the dial plan do, in a few words. Here and not among the words of i18n, which are all
// read before the first page shows: these are for admins, and seldom.

const WORDS = {
  de: {
    title: (count: number) => (count === 1 ? 'Ein neuer Code' : `${count} neue Codes`),
    text: 'Rufwerk kennt Codes, die Ihr Wählplan noch nicht hat. Er ändert sich nur, wenn Sie es wollen.',
    show: 'Codes anzeigen',
    take: 'Übernehmen',
    leave: 'Nicht übernehmen',
    leaveText:
      'Sonst fragt Rufwerk nicht mehr nach diesen Codes. Im Wählplan lassen sie sich weiter eintragen.',
    taken: 'Die Codes gelten ab dem nächsten Anruf.',
    left: 'Der Wählplan bleibt, wie er ist.',
    does: {
      echo: 'Sich selbst hören',
      hideNumber: 'Mit einer Nummer: sie ohne eigene Nummer anrufen',
      showNumber: 'Mit einer Nummer: sie mit eigener Nummer anrufen',
      voicemail: 'Nachrichten abhören',
      pickUpGroup: 'Anruf der eigenen Gruppe heranholen',
      pickUp: 'Mit einer Durchwahl: ihren Anruf heranholen',
      park: 'Anruf parken',
      conference: 'Eigene Gespräche zur Konferenz verbinden',
      forwardAll: 'Mit einer Nummer: alle Anrufe dorthin umleiten',
      forwardOff: 'Umleitung aufheben',
      available: 'Status „verfügbar“',
      away: 'Status „abwesend“',
      doNotDisturb: 'Status „nicht stören“',
      queueIn: 'In Warteschlangen anmelden',
      queueOut: 'Aus Warteschlangen abmelden',
      queuePause: 'In Warteschlangen pausieren',
      queueListen: 'Mit einer Durchwahl: ihr Gespräch mithören',
      queueWhisper: 'Mit einer Durchwahl: nur mit ihr sprechen',
      queueBarge: 'Mit einer Durchwahl: in ihr Gespräch eintreten',
      recordPrompt: 'Mit einer Zahl: Ansage aufsprechen',
      testEmergency: 'Notruf prüfen, ohne jemanden anzurufen',
      record: 'Im Gespräch: aufzeichnen, anhalten, fortsetzen',
      join: 'Im Gespräch: beide Anrufe verbinden',
      transfer: 'Im Gespräch, mit einer Nummer: weiterleiten',
    },
  },
  en: {
    title: (count: number) => (count === 1 ? 'A new code' : `${count} new codes`),
    text: 'Rufwerk knows codes that your dial plan does not have yet. It changes only if you want it to.',
    show: 'Show codes',
    take: 'Add to the plan',
    leave: 'Do not add',
    leaveText:
      'If not, Rufwerk does not ask about these codes again. They can still be put into the dial plan.',
    taken: 'The codes work from the next call on.',
    left: 'The dial plan stays as it is.',
    does: {
      echo: 'Hear yourself',
      hideNumber: 'With a number: call it without showing yours',
      showNumber: 'With a number: call it showing yours',
      voicemail: 'Listen to messages',
      pickUpGroup: 'Pick up a call of your group',
      pickUp: 'With an extension: pick up its call',
      park: 'Park a call',
      conference: 'Join your calls in a conference',
      forwardAll: 'With a number: forward all calls there',
      forwardOff: 'Stop forwarding',
      available: 'State “available”',
      away: 'State “away”',
      doNotDisturb: 'State “do not disturb”',
      queueIn: 'Log in to queues',
      queueOut: 'Log out of queues',
      queuePause: 'Pause in queues',
      queueListen: 'With an extension: listen to its call',
      queueWhisper: 'With an extension: talk to it alone',
      queueBarge: 'With an extension: enter its call',
      recordPrompt: 'With a number: record an announcement',
      testEmergency: 'Test emergency calls without calling anybody',
      record: 'In a call: record, pause, go on',
      join: 'In a call: connect both calls',
      transfer: 'In a call, with a number: transfer',
    },
  },
} as const

export function newCodesWords(language: string): (typeof WORDS)['de' | 'en'] {
  return WORDS[language.startsWith('de') ? 'de' : 'en']
}

/** The code's own name of what it does, where there are no words for it. */
export function deedOf(does: string, language: string): string {
  const deeds: Readonly<Record<string, string>> = newCodesWords(language).does
  return deeds[does] ?? does
}
