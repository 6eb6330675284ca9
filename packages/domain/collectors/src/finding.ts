// What is wrong with a report or with settings: where, and a sentence for people.

export interface Finding {
  /** `line 3`, `line 3, sha256`, the name of a setting; empty for the whole. */
  readonly place: string
  readonly de: string
  readonly en: string
}

export const SENTENCES = {
  size: { de: 'Das ist länger, als ein Bericht sein darf.', en: 'This is longer than a report may be.' },
  empty: { de: 'Der Bericht ist leer.', en: 'The report is empty.' },
  json: { de: 'Das ist kein gültiges JSON.', en: 'This is no valid JSON.' },
  type: {
    de: 'Diese Art von Zeile gibt es an dieser Stelle nicht.',
    en: 'There is no such kind of line in this place.',
  },
  format: {
    de: 'Diese Fassung des Formats ist nicht bekannt.',
    en: 'This version of the format is not known.',
  },
  tenant: {
    de: 'Der Bericht ist von einem anderen Unternehmen.',
    en: 'The report is of another company.',
  },
  value: {
    de: 'Dieser Wert fehlt, ist von anderer Art oder zu lang.',
    en: 'This value is missing, of another kind or too long.',
  },
  twice: { de: 'Diese Nummer steht zweimal da.', en: 'This number is there twice.' },
  cut: {
    de: 'Der Bericht ist nicht vollständig: Am Ende stehen andere Zahlen, oder das Ende fehlt.',
    en: 'The report is not complete: its end has other numbers, or is missing.',
  },
  server: {
    de: 'Die Adresse muss mit https:// beginnen und ohne Namen und Kennwort sein.',
    en: 'The address has to begin with https:// and to be without name and password.',
  },
  word: {
    de: 'Hier sind nur druckbare ASCII-Zeichen möglich, in Listen ohne senkrechten Strich.',
    en: 'Only printable ASCII characters are possible here, in lists without a vertical bar.',
  },
  time: { de: 'Das ist kein Zeitpunkt.', en: 'This is no time.' },
  names: {
    de: 'Das sind mehr Namen, als ein Skript sucht.',
    en: 'These are more names than a script looks for.',
  },
  stranger: {
    de: 'Zu dieser Nummer gibt es keine Installation.',
    en: 'There is no installation with this number.',
  },
} as const

export function finding(problem: keyof typeof SENTENCES, place = ''): Finding {
  return { place, ...SENTENCES[problem] }
}
