// What Rufwerk promises, row by row, in both languages. docs/promises.md says the same; a test compares.

export interface Bilingual {
  readonly de: string
  readonly en: string
}

/** What one row showed. `observed` is measured in this run, never a constant. */
export interface Shown {
  readonly expected: string
  readonly observed: string
  readonly ok: boolean
  /** The same run with one changed input: it must come out the other way, and `ok` says that it did. */
  readonly twin: { readonly changed: string; readonly observed: string; readonly ok: boolean }
}

export interface Row {
  readonly row: number
  readonly part?: string
  readonly promise: Bilingual
}

const row = (id: string, en: string, de: string): Row => {
  const [, number, part] = /^(\d+)([a-z]?)$/.exec(id) ?? []
  return { row: Number(number), ...(part ? { part } : {}), promise: { de, en } }
}

export const ROWS: readonly Row[] = [
  row(
    '1',
    'A company telephones: outside lines, numbers, call flows, queues, voicemail',
    'Eine Firma telefoniert: Amtsleitungen, Rufnummern, Anrufabläufe, Warteschlangen, Anrufbeantworter',
  ),
  row(
    '2',
    'Any SIP desk phone or softphone and the browser talk to each other',
    'Jedes SIP-Telefon und der Browser sprechen miteinander',
  ),
  row(
    '3a',
    'The web app is the phone: a call in the browser',
    'Die Web-App ist das Telefon: ein Anruf im Browser',
  ),
  row(
    '3b',
    'The web app is the phone: it installs, rings, survives a lost network',
    'Die Web-App ist das Telefon: lässt sich installieren, klingelt, übersteht ein verlorenes Netz',
  ),
  row(
    '4',
    'It replaces the desktop app on Windows and macOS without native code that updates itself',
    'Sie ersetzt die Desktop-App unter Windows und macOS ohne nativen Code, der sich selbst erneuert',
  ),
  row(
    '5',
    'Video conferences by link, with screen share, also by phone',
    'Videokonferenzen per Link, mit geteiltem Bildschirm, auch per Telefon',
  ),
  row(
    '6',
    'Live chat from the website, and from chat to call',
    'Chat auf der Website, und vom Chat zum Anruf',
  ),
  row(
    '7',
    'An update made on one compromised build machine does not reach anyone',
    'Ein Update von einem einzelnen übernommenen Baurechner erreicht niemanden',
  ),
  row(
    '8',
    'Affected versions are found exactly: Windows 18.12.407 and 18.12.416; macOS 18.11.1213, 18.12.402, ' +
      '18.12.407, 18.12.416; and not their neighbours',
    'Betroffene Versionen werden genau gefunden: Windows 18.12.407 und 18.12.416; macOS 18.11.1213, ' +
      '18.12.402, 18.12.407, 18.12.416; und nicht deren Nachbarn',
  ),
  row(
    '9',
    'Affected clients are stopped within 60 s, except for emergency calls; nobody else is hit; two people ' +
      'can undo it',
    'Betroffene Clients sind in 60 s gestoppt, außer für Notrufe; niemand sonst ist getroffen; zwei Personen können es aufheben',
  ),
  row(
    '10a',
    'The system falls back to the last good version',
    'Das System kehrt zur letzten guten Version zurück',
  ),
  row(
    '10b',
    'Everybody stopped is telephoning again by one click in the browser',
    'Wer gestoppt ist, telefoniert mit einem Klick im Browser weiter',
  ),
  row(
    '11',
    'Removing the app is followed to its end: a device is closed only when a later inventory no longer shows it',
    'Das Entfernen der App wird bis zum Ende verfolgt: erledigt ist ein Gerät erst, wenn eine spätere Inventur sie nicht mehr zeigt',
  ),
  row(
    '12',
    'The network is searched: domains, addresses, file hashes in logs and folders',
    'Das Netz wird durchsucht: Domains, Adressen, Datei-Hashes in Protokollen und Ordnern',
  ),
  row(
    '13a',
    "A virus scanner's word is taken seriously: it opens a case, closed only with evidence and a second person",
    'Die Meldung eines Virenscanners wird ernst genommen: sie eröffnet einen Fall, den nur Belege und eine zweite Person schließen',
  ),
  row(
    '13b',
    "A virus scanner's word holds our own updates",
    'Die Meldung eines Virenscanners hält unsere eigenen Updates an',
  ),
  row(
    '14a',
    "Warnings reach people: BSI's four levels, German and English page, feed, also as CSAF",
    'Warnungen erreichen Menschen: die vier Stufen des BSI, Seite auf Deutsch und Englisch, Feed, auch als CSAF',
  ),
  row(
    '14b',
    'Warnings reach people by mail and in the app',
    'Warnungen erreichen Menschen per Mail und in der App',
  ),
  row(
    '15',
    'Recommendations become work: a playbook from the advisory, each step with owner, deadline, evidence',
    'Empfehlungen werden Arbeit: ein Ablaufplan aus der Warnung, jeder Schritt mit Zuständigen, Frist und Beleg',
  ),
  row(
    '16',
    'Whoever reports a problem from outside is heard: security.txt, form, receipt, clock',
    'Wer von außen ein Problem meldet, wird gehört: security.txt, Formular, Empfangsbestätigung, Uhr',
  ),
  row(
    '17',
    'Partners see all their customers: exposed, clean, unknown, one message to all',
    'Partner sehen alle ihre Kunden: betroffen, sauber, unbekannt, eine Nachricht an alle',
  ),
  row(
    '18',
    '"How many are affected?" has an answer in 60 s: affected, clean and unknown, per site and tenant',
    '„Wie viele sind betroffen?“ ist in 60 s beantwortet: betroffen, sauber und unbekannt, je Standort und Mandant',
  ),
  row(
    '19',
    'Reports that differ are merged with their origin; a corrected list changes exactly the difference',
    'Abweichende Meldungen werden mit ihrer Herkunft zusammengeführt; eine korrigierte Liste ändert genau den Unterschied',
  ),
  row(
    '20',
    'Authorities get what they ask for: signed evidence, clocks, prefilled forms; investigators get limited, logged access',
    'Behörden bekommen, was sie verlangen: signierte Belege, Fristen, ausgefüllte Formulare; Ermittler begrenzten, protokollierten Zugang',
  ),
  row(
    '21a',
    'Calls cannot be overheard: SRTP and TLS wherever the other side can, a lock per leg says so',
    'Anrufe können nicht abgehört werden: SRTP und TLS, wo die Gegenseite es kann; ein Schloss je Seite sagt es',
  ),
  row('21b', 'Meetings cannot be overheard', 'Konferenzen können nicht abgehört werden'),
  row(
    '22a',
    'A compromised part does not spread: outgoing connections denied by default',
    'Ein übernommener Teil breitet sich nicht aus: ausgehende Verbindungen sind von vornherein verboten',
  ),
  row(
    '22b',
    'A compromised part does not spread: least rights, no code loaded later',
    'Ein übernommener Teil breitet sich nicht aus: geringste Rechte, kein nachgeladener Code',
  ),
  row(
    '23a',
    'What people pass on in chat stays harmless: executables refused, hashes kept, every receiver found later',
    'Was im Chat weitergegeben wird, bleibt harmlos: Programme werden abgelehnt, Hashes aufbewahrt, jeder Empfänger später gefunden',
  ),
  row(
    '23b',
    'What people pass on in meetings stays harmless',
    'Was in Konferenzen weitergegeben wird, bleibt harmlos',
  ),
  row(
    '24a',
    'Attacks on SIP are seen and stopped: scanning, guessing',
    'Angriffe auf SIP werden gesehen und gestoppt: Abtasten, Raten',
  ),
  row('24b', 'Toll fraud is seen and stopped', 'Gebührenbetrug wird gesehen und gestoppt'),
  row('24c', 'Attackers are blocked while they attack', 'Angreifer werden im laufenden Angriff gesperrt'),
  row(
    '25',
    'Anyone can check what code runs: server and browser, without trusting us',
    'Jeder kann prüfen, welcher Code läuft: Server und Browser, ohne uns zu vertrauen',
  ),
  row(
    '26a',
    'It works beside another phone system, as a trunk for a trial',
    'Es arbeitet neben einer anderen Telefonanlage, zur Probe als Leitung',
  ),
  row(
    '26b',
    'The fleet part works alone beside another phone system',
    'Der Teil für die Geräteflotte arbeitet allein neben einer anderen Telefonanlage',
  ),
  row(
    '27',
    'Many companies on one system, many machines for many companies',
    'Viele Firmen auf einem System, viele Maschinen für viele Firmen',
  ),
]

export const NOT_BUILT: Bilingual = { de: 'noch nicht gebaut', en: 'not built yet' }

/** `2`, `3a`. */
export function rowId(entry: Row): string {
  return `${entry.row}${entry.part ?? ''}`
}
