// What the rules that were looked at are called, and what came of them, in German and English.
import { deRules } from '../../apps/web/src/i18n/de-why.ts'
import { enRules } from '../../apps/web/src/i18n/en-why.ts'

export type Language = 'de' | 'en'
type Both = Readonly<Record<Language, string>>

/** By the kind of a rule; `{id}` is its id in the configuration. */
const KINDS: Readonly<Record<string, Both>> = {
  allowed: { de: 'Erlaubnis für die Art der Nummer', en: 'permission for this kind of number' },
  block: { de: 'Nummernblock {id}', en: 'block of numbers {id}' },
  blocked: { de: 'Sperrliste, {id}', en: 'blocked numbers, {id}' },
  code: { de: 'Kennziffer {id}', en: 'code {id}' },
  conference: { de: 'Konferenzraum {id}', en: 'conference room {id}' },
  emergency: { de: 'Leitung {id} für den Notruf', en: 'trunk {id} for the emergency call' },
  extension: { de: 'Durchwahl {id}', en: 'extension {id}' },
  flow: { de: 'Ablauf {id}', en: 'flow {id}' },
  forward: { de: 'Weiterleitung von {id}', en: 'forwarding of {id}' },
  group: { de: 'Rufgruppe {id}', en: 'ring group {id}' },
  inbound: { de: 'Eingangsregel {id}', en: 'inbound rule {id}' },
  limits: { de: 'Grenzen von {id}', en: 'limits of {id}' },
  member: { de: 'Mitglied {id}', en: 'member {id}' },
  mobile: { de: 'Mobiltelefon von {id}', en: 'mobile of {id}' },
  number: { de: 'Rufnummer {id}', en: 'number {id}' },
  outbound: { de: 'Ausgangsregel {id}', en: 'outbound rule {id}' },
  outside: { de: 'Nummer draußen {id}', en: 'outside number {id}' },
  parking: { de: 'Parkplätze {id}', en: 'parking {id}' },
  place: { de: 'Ort des Telefons', en: 'place of the phone' },
  person: { de: 'Person {id}', en: 'person {id}' },
  queue: { de: 'Warteschlange {id}', en: 'queue {id}' },
  receptionist: { de: 'Ansagemenü {id}', en: 'menu {id}' },
  registered: { de: 'Anmeldung von {id}', en: 'registration of {id}' },
  schedule: { de: 'Zeiten {id}', en: 'hours {id}' },
  'speed-dial': { de: 'Kurzwahl {id}', en: 'speed dial {id}' },
  state: { de: 'Zustand von {id}', en: 'state of {id}' },
  trunk: { de: 'Leitung {id}', en: 'trunk {id}' },
  voicemail: { de: 'Anrufbeantworter {id}', en: 'voicemail box {id}' },
}

const OUTCOMES: Readonly<Record<string, Both>> = {
  fits: { de: 'passt', en: 'fits' },
  'another-prefix': { de: 'gilt für einen anderen Anfang', en: 'is for another prefix' },
  'another-length': { de: 'gilt für eine andere Länge', en: 'is for another length' },
  'another-class': { de: 'gilt für eine andere Art von Nummer', en: 'is for another kind of number' },
  'another-site': { de: 'gilt für einen anderen Standort', en: 'is for another site' },
  'other-people': { de: 'gilt für andere Personen', en: 'is for other people' },
  'another-trunk': { de: 'gilt für eine andere Leitung', en: 'is for another trunk' },
  'another-number': { de: 'gilt für eine andere angerufene Nummer', en: 'is for another called number' },
  'another-caller': { de: 'gilt für andere Anrufer', en: 'is for other callers' },
  'another-time': { de: 'gilt zu einer anderen Zeit', en: 'is for another time' },
  'needs-no-permission': { de: 'nicht nötig', en: 'not needed' },
  allowed: { de: 'erteilt', en: 'given' },
  denied: { de: 'fehlt', en: 'missing' },
  left: { de: 'nicht erreicht', en: 'not reached' },
  tried: { de: 'wird genommen', en: 'is taken' },
  down: { de: 'ist gestört', en: 'is down' },
  full: { de: 'ist belegt', en: 'is full' },
  unknown: { de: 'gibt es nicht', en: 'does not exist' },
  'comes-in': { de: 'der Anruf kommt hier an', en: 'the call comes in here' },
  'of-person': { de: 'gehört einer Person', en: 'belongs to a person' },
  'direct-dial': { de: 'die Durchwahl gibt es', en: 'the extension exists' },
  'no-such-extension': { de: 'die Durchwahl gibt es nicht', en: 'the extension does not exist' },
  'not-for-emergency': { de: 'ist nicht für Notrufe gedacht', en: 'is not meant for emergency calls' },
  'trunk-of-site': { de: 'gehört zum Standort', en: 'belongs to the site' },
  'trunk-of-site-down': {
    de: 'gehört zum Standort, ist aber gestört',
    en: 'belongs to the site, but is down',
  },
  'trunk-of-another-site': { de: 'gehört zu einem anderen Standort', en: 'belongs to another site' },
  'trunk-of-another-site-down': {
    de: 'gehört zu einem anderen Standort und ist gestört',
    en: 'belongs to another site and is down',
  },
  'known-network': { de: 'in einem Netz des Standorts', en: 'in a network of the site' },
  'outside-known-networks': {
    de: 'in keinem bekannten Netz, es zählt der eingestellte Standort',
    en: 'in no known network, the site it is set up for counts',
  },
  rings: { de: 'klingelt', en: 'rings' },
  greets: { de: 'begrüßt', en: 'greets' },
  'nobody-to-ring': { de: 'niemand kann klingeln', en: 'nobody can ring' },
  'not-registered': { de: 'kein Telefon angemeldet', en: 'no phone registered' },
  no: { de: 'kein Telefon angemeldet', en: 'no phone registered' },
  busy: { de: 'im Gespräch', en: 'in a call' },
  noAnswer: { de: 'wenn niemand abnimmt', en: 'when nobody answers' },
  notRegistered: { de: 'wenn kein Telefon angemeldet ist', en: 'when no phone is registered' },
  available: { de: 'erreichbar', en: 'available' },
  away: { de: 'abwesend', en: 'away' },
  doNotDisturb: { de: 'nicht stören', en: 'do not disturb' },
  'too-many': { de: 'zu oft weitergeleitet', en: 'forwarded too often' },
  unreadable: { de: 'keine Rufnummer', en: 'not a number' },
  'not-a-number': { de: 'keine Rufnummer', en: 'not a number' },
  'too-short': { de: 'zu kurz', en: 'too short' },
  'too-long': { de: 'zu lang', en: 'too long' },
  'area-code-missing': { de: 'ohne Vorwahl', en: 'without area code' },
  unreachable: { de: 'von hier nicht zu wählen', en: 'cannot be dialled from here' },
  open: { de: 'geöffnet', en: 'open' },
  closed: { de: 'geschlossen', en: 'closed' },
  break: { de: 'Pause', en: 'break' },
  holiday: { de: 'Feiertag', en: 'holiday' },
  'has-the-calls': { de: 'nimmt alle Anrufe', en: 'takes every call' },
  'led-there': { de: 'dorthin geführt', en: 'led there' },
  'back-again': { de: 'war schon dran, geht dort weiter', en: 'was passed before, goes on there' },
  echo: { de: 'Echo', en: 'echo' },
  hideNumber: { de: 'Nummer verbergen', en: 'hide the number' },
  showNumber: { de: 'Nummer zeigen', en: 'show the number' },
  pickUpGroup: { de: 'Anruf der Gruppe heranholen', en: 'pick up a call of the group' },
  pickUp: { de: 'Anruf heranholen', en: 'pick up a call' },
  park: { de: 'parken', en: 'park' },
  conference: { de: 'eigene Gespräche zusammenschalten', en: 'join the own calls' },
  voicemail: { de: 'Anrufbeantworter', en: 'voicemail' },
  forwardAll: { de: 'alles weiterleiten', en: 'forward everything' },
  forwardOff: { de: 'Weiterleitung aus', en: 'forwarding off' },
  queueIn: { de: 'in der Warteschlange anmelden', en: 'log in to the queue' },
  queueOut: { de: 'von der Warteschlange abmelden', en: 'log out of the queue' },
  queuePause: { de: 'Pause in der Warteschlange', en: 'pause in the queue' },
  queueListen: { de: 'in der Warteschlange mithören', en: 'listen to a queue' },
  queueWhisper: { de: 'in der Warteschlange vorsagen', en: 'whisper in a queue' },
  queueBarge: { de: 'in ein Gespräch der Warteschlange eintreten', en: 'join a call of a queue' },
  recordPrompt: { de: 'eine Ansage aufnehmen', en: 'record an announcement' },
  join: { de: 'zwei Gespräche verbinden', en: 'connect two calls' },
  record: { de: 'im Gespräch aufzeichnen', en: 'record during a call' },
  transfer: { de: 'im Gespräch weiterleiten', en: 'transfer during a call' },
  testEmergency: { de: 'Notruf prüfen', en: 'test the emergency call' },
}

/** What a value is called behind an outcome; others are not told. */
const VALUES: Readonly<Record<string, Both>> = {
  number: { de: 'Nummer', en: 'number' },
  called: { de: 'angerufen', en: 'called' },
  caller: { de: 'Anrufer', en: 'caller' },
  class: { de: 'Art', en: 'kind' },
  country: { de: 'Land', en: 'country' },
  site: { de: 'Standort', en: 'site' },
  network: { de: 'Netz', en: 'network' },
  extension: { de: 'Durchwahl', en: 'extension' },
  contacts: { de: 'Telefone', en: 'phones' },
  members: { de: 'Mitglieder', en: 'members' },
  minutes: { de: 'Minuten übrig', en: 'minutes left' },
  used: { de: 'verbraucht', en: 'used' },
  limit: { de: 'Grenze', en: 'limit' },
  behind: { de: 'dahinter gewählt', en: 'dialled behind it' },
  name: { de: 'Name', en: 'name' },
  until: { de: 'bis', en: 'until' },
}

/** Steps from one node of the tree to the next. */
const STEPS: Readonly<Record<string, Both>> = {
  busy: { de: 'besetzt', en: 'busy' },
  noAnswer: { de: 'niemand nimmt ab', en: 'nobody answers' },
  declined: { de: 'abgelehnt', en: 'declined' },
  failed: { de: 'gescheitert', en: 'failed' },
  silence: { de: 'keine Taste', en: 'no key' },
  wrongKey: { de: 'falsche Taste', en: 'wrong key' },
}

const RULES: Readonly<Record<Language, Readonly<Record<string, string>>>> = { de: deRules, en: enRules }

export function kindWord(language: Language, kind: string, id: string): string {
  return (KINDS[kind]?.[language] ?? `${kind} {id}`).replace('{id}', id).trim()
}

/** Some outcomes are rules themselves: a mobile does not ring because its call is denied. */
export function outcomeWord(language: Language, outcome: string): string {
  return OUTCOMES[outcome]?.[language] ?? RULES[language][outcome] ?? outcome
}

export function ruleWord(language: Language, rule: string): string {
  return RULES[language][rule] ?? rule
}

export function valueWord(language: Language, name: string): string | undefined {
  return VALUES[name]?.[language]
}

export function stepWord(language: Language, step: string): string {
  return STEPS[step]?.[language] ?? `${language === 'de' ? 'Taste' : 'key'} ${step}`
}
