// Deutsch für die Seiten zur Sicherheit. Sie werden erst gelesen, wenn jemand sie öffnet; was betroffen ist,
// steht in Zahlen, und nirgends, dass etwas sicher sei.

/** „1 Gerät“, „2 Geräte“. */
const devices = (count: number): string => (count === 1 ? '1 Gerät' : `${count} Geräte`)
const people = (count: number): string => (count === 1 ? 'eine weitere Person' : `${count} weitere Personen`)

export const deSecurity = {
  title: 'Sicherheit',
  sections: 'Bereiche der Sicherheit',
  exposure: {
    name: 'Betroffene Geräte',
    text: 'Verglichen mit Warnungen',
    brief: (affected: number, unknown: number) => `${affected} betroffen, ${unknown} unbekannt`,
  },
  stops: {
    name: 'Gesperrte Geräte',
    text: 'Sperren und freigeben',
    brief: (stopped: number, waiting: number) =>
      `${stopped} gesperrt, ${waiting} ${waiting === 1 ? 'wartet' : 'warten'} auf Zustimmung`,
  },
  advisories: { name: 'Warnungen', text: 'Wessen Warnungen gelten' },
  imports: { name: 'Listen einlesen', text: 'Geräte und Programme' },
  demo: 'Vorführung: Geräte, Personen und Zahlen sind erfunden. Die Warnung ist dem Fall von 2023 nachgebildet.',
  head: {
    affected: (affected: number, total: number, unknown: number) =>
      `${affected} von ${total} Geräten ${affected === 1 ? 'ist' : 'sind'} betroffen${
        unknown === 0 ? '' : `, ${unknown} ${unknown === 1 ? 'ist' : 'sind'} unbekannt`
      }.`,
    unknown: (unknown: number, total: number) =>
      `Kein Gerät ist als betroffen bekannt. Von ${unknown} von ${total} ist es unbekannt.`,
    none: (total: number) => `Von ${devices(total)} ist keines als betroffen bekannt.`,
    'nothing-compared': () => 'Noch gilt keine Warnung: Kein Gerät wurde mit etwas verglichen.',
    'no-devices': () => 'Noch ist kein Gerät bekannt.',
  },
  checked: (when: string) =>
    `Geprüft am ${when} von dieser Anlage: Verglichen wird, was Geräte und Listen melden. Das ist ein Bericht und kein Beweis.`,
  against: 'Verglichen mit',
  document: (id: string, revision: string, issuer: string) => `${id}, Fassung ${revision}, von ${issuer}`,
  named: (id: string, revision: string) => `${id}, Fassung ${revision}`,
  toAdvisories: 'Warnung hinzufügen',
  toImports: 'Liste einlesen',
  states: {
    affected: 'Betroffen',
    unknown: 'Unbekannt',
    underInvestigation: 'In Untersuchung',
    clean: 'Nicht betroffen',
  },
  shares: 'Wie viele Geräte',
  bySite: 'Nach Standort',
  byPlatform: 'Nach System',
  site: 'Standort',
  platform: 'System',
  notKnown: 'Nicht bekannt',
  platforms: {
    windows: 'Windows',
    macos: 'macOS',
    linux: 'Linux',
    android: 'Android',
    ios: 'iOS',
    web: 'Browser',
  } as Readonly<Record<string, string>>,
  listOf: {
    affected: (count: number) => `Betroffen: ${devices(count)}`,
    unknown: (count: number) => `Unbekannt: ${devices(count)}`,
    underInvestigation: (count: number) => `In Untersuchung: ${devices(count)}`,
    clean: (count: number) => `Nicht betroffen: ${devices(count)}`,
  },
  more: 'Weitere laden',
  isStopped: 'Gesperrt',
  noAccount: 'Ohne Konto hier: nur von Hand am Gerät',
  facts: {
    since: 'Gemeldet seit',
    seen: 'Zuletzt gesehen',
    source: 'Quelle',
    why: 'Grund',
    address: 'Adresse',
  },
  sources: {
    registration: 'Anmeldung des Telefons',
    provisioning: 'Einrichtung des Telefons',
    browser: 'Browser',
    trunk: 'Leitung',
    collector: 'Sammelskript',
    csv: 'Liste',
    osquery: 'osquery',
    intune: 'Intune',
  } as Readonly<Record<string, string>>,
  evidence: {
    hash: 'an der Prüfsumme erkannt',
    purl: 'an der Paketkennung erkannt',
    version: 'an Programm, System und Version erkannt',
    range: 'die Version liegt im genannten Bereich',
    fileName: 'am Dateinamen erkannt',
  } as Readonly<Record<string, string>>,
  contradicted: 'Die Warnungen widersprechen sich; die strengere zählt.',
  doubts: {
    'no-programs-known': 'Welche Programme dort laufen, hat noch niemand gemeldet.',
    'not-all-read': 'Das Gerät konnte nicht überall gelesen werden.',
    'not-named': 'Das gemeldete Programm lässt sich keinem bekannten zuordnen.',
    'version-missing': 'Das Programm wird genannt, seine Version nicht.',
    'version-unreadable': 'Die gemeldete Version ist nicht lesbar.',
    'versions-differ': 'Es werden verschiedene Versionen gemeldet.',
    'listed-version-unreadable': 'Die Version in der Warnung ist nicht lesbar.',
    'pre-release': 'Gemeldet ist eine Vorabversion; die Warnung sagt dazu nichts.',
    'platform-missing': 'Das Betriebssystem ist nicht bekannt.',
    'part-of-another-product': 'Das Programm ist Teil eines anderen, und dessen Version ist nicht bekannt.',
  } as Readonly<Record<string, string>>,
  doubtOther: 'Die Warnung ist an dieser Stelle nicht eindeutig.',
  choose: (name: string) => `${name} auswählen`,
  chooseAll: 'Alle auswählen, die sich hier sperren lassen',
  stopAll: 'Alle Betroffenen sperren',
  stopChosen: (count: number) => `${count} ausgewählte sperren`,
  stopTitle: (count: number) => (count === 1 ? 'Ein Gerät sperren' : `${count} Geräte sperren`),
  stopAllTitle: 'Alle Betroffenen sperren',
  stopText:
    'Gesperrte Geräte nehmen keine Anrufe an und tätigen keine; laufende Gespräche enden. Notrufe (110 und 112) gehen weiter. Wem das Gerät gehört, erfährt es per E-Mail.',
  stopAlone: (max: number) =>
    `Allein sperren Sie bis zu ${devices(max)} am Tag. Mehr wartet, bis eine zweite Person zustimmt.`,
  stopWhich: 'Nach welcher Warnung',
  stop: 'Sperren',
  why: 'Grund',
  whyHint: 'Steht im Protokoll der Verwaltung.',
  stopped: (count: number) => (count === 0 ? 'Noch ist kein Gerät gesperrt.' : `${devices(count)} gesperrt.`),
  waits: (missing: number) => `Es wartet auf Zustimmung: ${people(missing)} aus der Verwaltung.`,
  without: (count: number) =>
    count === 1
      ? 'Ein betroffenes Gerät hat hier kein Konto: Das muss jemand vor Ort abschalten.'
      : `${count} betroffene Geräte haben hier kein Konto: Die muss jemand vor Ort abschalten.`,
  toRequests: 'Zu den Anträgen',
  alreadyStopped: 'Diese Geräte sind schon gesperrt.',
  table: 'Als Tabelle (CSV)',
  print: 'Drucken',
  requests: {
    title: 'Wartet auf eine zweite Person',
    stop: (count: number) => `${devices(count)} sperren`,
    release: (count: number) => `${devices(count)} freigeben`,
    by: (name: string, when: string) => `Beantragt von ${name}, ${when}`,
    own: 'Das haben Sie beantragt: Zustimmen muss eine andere Person aus der Verwaltung.',
    agree: 'Zustimmen',
    withdraw: 'Antrag zurückziehen',
    samePerson: 'Zustimmen muss eine andere Person aus der Verwaltung.',
    whom: 'Welche Geräte',
    withdrawn: 'Der Antrag ist zurückgezogen.',
    released: (count: number) =>
      `${devices(count)} freigegeben. Das alte Passwort gilt nicht mehr: Richten Sie das Telefon neu ein.`,
  },
  stopsPage: {
    title: 'Gesperrte Geräte',
    none: 'Kein Gerät ist gesperrt.',
    noneText: 'Gesperrt wird unter „Betroffene Geräte“: alle, die eine Warnung nennt, oder ausgewählte.',
    count: (stopped: number, fleet: number) => `${stopped} von ${fleet} Telefonen und Browsern gesperrt.`,
    text: 'Sie nehmen keine Anrufe an und tätigen keine. Notrufe (110 und 112) gehen weiter; manche Apps wählen aber nur, wenn sie angemeldet sind.',
    removed: (closed: number, of: number) => `Entfernt und nachgeprüft: ${closed} von ${of}.`,
    closed: 'Entfernt und nachgeprüft',
    by: (name: string, when: string) => `Gesperrt von ${name}, ${when}`,
    and: (name: string) => `zugestimmt hat ${name}`,
    policy: 'der Regel „Betroffene sofort sperren“',
    gone: 'Gerät gelöscht',
    release: (count: number) => (count === 0 ? 'Freigabe beantragen' : `Freigabe beantragen (${count})`),
    releaseTitle: (count: number) => `${devices(count)} freigeben`,
    releaseText:
      'Freigeben geht nur zu zweit: Eine andere Person aus der Verwaltung muss zustimmen. Danach gilt das alte Passwort des Telefons nicht mehr, und es wird neu eingerichtet.',
    ask: 'Beantragen',
    removalTitle: (count: number) => `${devices(count)} bereinigen lassen`,
    removal: (count: number) => (count === 0 ? 'Entfernen verlangen' : `Entfernen verlangen (${count})`),
    removalText:
      'Hier steht danach, dass die betroffene Software entfernt werden soll. Als entfernt gilt ein Gerät erst, wenn später ein Sammelskript den ganzen Rechner angesehen hat und sie nicht mehr findet.',
    removalNoted: 'Vermerkt. Lesen Sie nach dem Entfernen den Bericht des Sammelskripts ein.',
    note: 'Vermerken',
  },
  importsPage: {
    title: 'Listen einlesen',
    text: 'Sagen Sie der Anlage, welche Geräte es gibt und was darauf läuft. Was niemand meldet, zählt als unbekannt.',
    format: 'Was für eine Datei ist es?',
    formats: { table: 'Tabelle', osquery: 'osquery', collector: 'Sammelskript' },
    notes: {
      table:
        'CSV mit Überschriften, auch aus Intune. Eine Spalte „SIP-Konto“ sagt, wen man hier sperren kann.',
      osquery: 'Ergebnisse von osquery als JSON.',
      collector: 'Der Bericht eines unserer Skripte für Windows, macOS oder Linux.',
    },
    file: 'Datei',
    fileMissing: 'Wählen Sie eine Datei.',
    fileTooBig: 'Die Datei ist größer als 16 MB. Teilen Sie sie auf.',
    read: 'Einlesen',
    reading: 'Wird eingelesen …',
    done: (count: number, changes: number) =>
      `${devices(count)} gelesen, ${changes === 1 ? 'eine Änderung' : `${changes} Änderungen`}.`,
    nothing: 'Aus dieser Datei wurde kein Gerät gelesen.',
    unread: (count: number) =>
      count === 1
        ? 'Eine Zeile war nicht lesbar: Was sie sagt, ist unbekannt.'
        : `${count} Zeilen waren nicht lesbar: Was sie sagen, ist unbekannt.`,
    refused: (count: number) => `${count} Meldungen wurden nicht übernommen.`,
    namesDiffer: (count: number) =>
      `${count} Meldungen nennen Namen mehrerer Geräte; es wurde nichts zusammengelegt.`,
    cut: (count: number) => `${count} Programme passten nicht mehr und wurden weggelassen.`,
    remarks: 'Anmerkungen',
    where: (place: string) => (/^\d+$/.test(place) ? `Zeile ${place}` : place),
    remarksLeft: (count: number) => `Und ${count} weitere Anmerkungen.`,
    toExposure: 'Betroffene Geräte ansehen',
  },
  advisoriesPage: {
    title: 'Warnungen',
    text: 'Eine Warnung (CSAF 2.0) zählt nur, wenn Sie ihren Herausgeber hier festgelegt haben und sie aus seinem Ordner kommt. Alles andere sperrt niemanden.',
    documents: 'Geltende und abgelegte Warnungen',
    documentsNone: 'Noch keine Warnung.',
    counts: 'Gilt',
    countsNot: 'Gilt nicht: Ihr Herausgeber ist nicht mehr festgelegt',
    conflicts: 'Widersprüche',
    conflict: (id: string, version: string, issuer: string) =>
      `${id}, Fassung ${version}, von ${issuer}: Es kam ein anderes Dokument unter demselben Namen. Es wurde nicht übernommen; fragen Sie den Herausgeber.`,
    add: 'Warnung hinzufügen',
    way: 'Woher kommt die Warnung?',
    ways: { file: 'Aus einer Datei', fetch: 'Aus dem Netz holen' },
    file: 'Datei (CSAF, JSON)',
    address: 'Adresse, unter der sie veröffentlicht ist',
    addressHint: 'Beginnt mit https://. Bei einer Datei gilt Ihr Wort; es steht im Protokoll der Verwaltung.',
    addressWrong: 'Eine Adresse beginnt mit https:// und hat weder ? noch #.',
    take: 'Hinzufügen',
    fetch: 'Holen',
    taking: 'Wird geprüft …',
    signature: 'Unterschrift (.asc), falls der Herausgeber Schlüssel hat',
    signatureHint: 'Ist für den Herausgeber ein Schlüssel festgelegt, zählt die Warnung nur mit ihr.',
    signatureTooBig: 'Diese Datei ist zu groß für eine Unterschrift.',
    signatures: {
      'no-signature': 'Es fehlt die Unterschrift.',
      'bad-signature': 'Die Unterschrift stimmt nicht oder ist von einem anderen Schlüssel.',
      'no-gpgv': 'Auf dem Server fehlt das Programm gpgv: Unterschriften lassen sich nicht prüfen.',
    },
    keys: 'Öffentlicher Schlüssel (OpenPGP), wenn es einen gibt',
    keysHint:
      'Mit Schlüssel zählt nur, was damit unterschrieben ist; der Ordner allein genügt dann nicht mehr.',
    provider: 'Verzeichnis des Herausgebers (provider-metadata.json), wenn es eines gibt',
    providerHint: 'Dann fragt die Anlage stündlich, was neu ist.',
    byFolder: 'Belegt durch den Ordner; Unterschriften werden nicht geprüft.',
    byKey: 'Belegt durch die Unterschrift mit dem Schlüssel',
    asked: (when: string, listed: number, missed: number) =>
      `Zuletzt gefragt am ${when}: ${listed} verzeichnet${missed === 0 ? '' : `, ${missed} nicht zu bekommen oder nicht belegt`}.`,
    feedProblems: {
      unreachable: 'Der Herausgeber war nicht zu erreichen.',
      'not-found': 'Das Verzeichnis gibt es dort nicht.',
      'too-large': 'Das Verzeichnis ist zu groß.',
      unreadable: 'Das Verzeichnis ist nicht lesbar.',
      'other-issuer': 'Das Verzeichnis gehört einem anderen Herausgeber.',
      full: 'Es sind zu viele Warnungen abgelegt.',
    } as Readonly<Record<string, string>>,
    poll: 'Jetzt fragen, was neu ist',
    polled: (count: number) =>
      count === 0
        ? 'Nichts Neues, das gilt.'
        : `Neu gilt: ${count === 1 ? 'eine Warnung' : `${count} Warnungen`}.`,
    issuers: 'Festgelegte Herausgeber',
    issuersNone: 'Noch ist niemand festgelegt: Keine Warnung zählt.',
    namespace: 'Namensraum des Herausgebers',
    namespaceHint: 'Steht in der Warnung unter document.publisher.namespace.',
    folder: 'Ordner, in dem er veröffentlicht',
    folderHint: 'Beginnt mit https:// und endet mit /.',
    folderWrong: 'Ein Ordner beginnt mit https:// und endet mit /.',
    pin: 'Herausgeber festlegen',
    pinOpen: 'Herausgeber festlegen …',
    unpin: 'Nicht mehr gelten lassen',
    unpinName: (name: string) => `Warnungen von ${name} nicht mehr gelten lassen`,
    pinned: 'Der Herausgeber ist festgelegt.',
    unpinned: 'Warnungen dieses Herausgebers gelten nicht mehr. Sie bleiben abgelegt.',
    policy: 'Betroffene sofort sperren',
    policyText:
      'Sobald eine geltende Warnung oder eine Meldung jemanden betroffen nennt, wird gesperrt, ohne dass jemand klickt: höchstens ein Zehntel der Geräte am Tag, der Rest wartet auf zwei Personen.',
    policyOn: 'Eingeschaltet',
    policyOff: 'Ausgeschaltet',
    outcome: {
      counts: 'Die Warnung gilt.',
      known: 'Diese Fassung ist schon bekannt. Es hat sich nichts geändert.',
      refused: 'Die Warnung wurde nicht übernommen.',
      conflict:
        'Unter diesem Namen und in dieser Fassung gibt es schon ein anderes Dokument. Es wurde nichts geändert; fragen Sie den Herausgeber.',
      malformed: 'Das ist keine gültige Warnung (CSAF 2.0). Es wurde nichts übernommen.',
      'not-fetched': 'Die Warnung konnte nicht geholt werden.',
    },
    whys: {
      'issuer-unpinned': 'Ihr Herausgeber ist nicht festgelegt.',
      'issuer-unproven': 'Sie kommt nicht aus einem Ordner, der für ihren Herausgeber festgelegt ist.',
      draft: 'Sie ist ein Entwurf.',
      older: 'Sie ist älter als die Fassung, die gilt.',
      full: 'Es sind zu viele Warnungen abgelegt.',
      'pin-malformed': 'Namensraum oder Ordner sind keine gültigen Adressen.',
      address: 'Unter dieser Adresse ist niemand festgelegt. Legen Sie zuerst den Herausgeber fest.',
      unreachable: 'Der Server dort antwortet nicht.',
      status: 'Der Server dort hat die Datei nicht herausgegeben.',
      size: 'Die Datei dort ist zu groß.',
    } as Readonly<Record<string, string>>,
    products: 'Was diese Fassung anders sagt als die vorige',
    changed: (count: number) =>
      count === 0
        ? 'Bei keinem Gerät ändert sich etwas.'
        : `Bei ${count === 1 ? 'einem Gerät' : `${count} Geräten`} ändert sich etwas:`,
    changedMore: (count: number) => `Und ${count} weitere.`,
    from: (before: string | undefined, after: string | undefined) =>
      before === undefined
        ? `neu: ${after ?? ''}`
        : after === undefined
          ? `nicht mehr da (war: ${before})`
          : `${before} → ${after}`,
    verdicts: {
      affected: 'betroffen',
      unknown: 'unbekannt',
      underInvestigation: 'in Untersuchung',
      fixed: 'behoben',
      notAffected: 'nicht betroffen',
      notMentioned: 'nicht genannt',
      clean: 'nicht betroffen',
    } as Readonly<Record<string, string>>,
    acted: (stopped: number, missing: number) =>
      `Nach Ihrer Regel: ${devices(stopped)} gesperrt${missing === 0 ? '.' : `; für weitere wartet ein Antrag auf ${people(missing)}.`}`,
    findings: 'Was daran nicht stimmt',
  },
}

export type SecurityWords = typeof deSecurity
