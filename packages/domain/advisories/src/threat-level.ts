// The four levels with which the BSI marks its cyber security warnings (IT-Bedrohungslage), lowest first.
// They stand beside an advisory's own words and are set by a person; neither these nor CVSS decide about a
// client.

export const THREAT_LEVELS = [1, 2, 3, 4] as const
export type ThreatLevel = (typeof THREAT_LEVELS)[number]

interface LevelName {
  readonly colour: 'grey' | 'yellow' | 'orange' | 'red'
  readonly de: string
  readonly en: string
}

const NAMES: Readonly<Record<ThreatLevel, LevelName>> = {
  1: {
    colour: 'grey',
    de: 'Grau: Die IT-Bedrohungslage ist ohne wesentliche Auffälligkeiten auf anhaltend hohem Niveau.',
    en: 'Grey: the IT threat situation is at its lasting high level, without anything out of the ordinary.',
  },
  2: {
    colour: 'yellow',
    de: 'Gelb: IT-Bedrohungslage mit verstärkter Beobachtung von Auffälligkeiten unter temporärer Beeinträchtigung des Regelbetriebs.',
    en: 'Yellow: anomalies are watched more closely, regular operation is impaired for a time.',
  },
  3: {
    colour: 'orange',
    de: 'Orange: Die IT-Bedrohungslage ist geschäftskritisch. Massive Beeinträchtigung des Regelbetriebs.',
    en: 'Orange: the IT threat situation is critical to business. Regular operation is massively impaired.',
  },
  4: {
    colour: 'red',
    de: 'Rot: Die IT-Bedrohungslage ist extrem kritisch. Ausfall vieler Dienste, der Regelbetrieb kann nicht aufrecht erhalten werden.',
    en: 'Red: the IT threat situation is extremely critical. Many services fail, regular operation cannot be kept up.',
  },
}

/** Its colour and what it means, in the BSI's words in German. */
export function threatLevelName(level: ThreatLevel): LevelName {
  return NAMES[level]
}
