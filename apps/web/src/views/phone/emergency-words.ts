// What is said where an emergency number is typed. Here and not among the words of i18n, which are all read
// before the first page shows: these are needed on the dial pad alone. As many lines whatever is known of the
// place, which comes late: the keys must not move under a finger.

const WORDS = {
  de: {
    where: 'Von hier meldet sich die Leitstelle Ihres Firmenstandorts.',
    at: (site: string) => `Von hier meldet sich die Leitstelle für ${site}.`,
    elsewhere: 'Nicht im Firmennetz: Es meldet sich die Leitstelle des Firmenstandorts.',
    otherwise: (number: string) => `Nicht dort? Dann wählen Sie ${number} mit dem Mobiltelefon.`,
    instead: (number: string) => `Wählen Sie ${number} besser mit dem Mobiltelefon.`,
    call: (number: string) => `${number} mit dem Mobiltelefon wählen`,
  },
  en: {
    where: 'From here you reach the emergency centre of your company’s site.',
    at: (site: string) => `From here you reach the emergency centre for ${site}.`,
    elsewhere: 'Not in the company’s network: you reach the emergency centre of its site.',
    otherwise: (number: string) => `Not there? Then dial ${number} on your mobile.`,
    instead: (number: string) => `Better dial ${number} on your mobile.`,
    call: (number: string) => `Dial ${number} on this mobile`,
  },
} as const

export function emergencyWords(language: string): (typeof WORDS)['de' | 'en'] {
  return WORDS[language.startsWith('de') ? 'de' : 'en']
}
