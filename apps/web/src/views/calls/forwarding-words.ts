// Why a call was forwarded. Here and not among the words of i18n, which are all read before the first page
// shows: these are needed in the details of a call alone.
import type { CallRecord } from '@rufwerk/contract'

type Word = 'forwardedBy' | NonNullable<CallRecord['forwardings']>[number]['why']

const WORDS: Readonly<Record<'de' | 'en', Readonly<Record<Word, string>>>> = {
  de: {
    forwardedBy: 'Weitergeleitet von',
    all: 'alle Anrufe',
    available: 'wenn verfügbar',
    away: 'wenn abwesend',
    doNotDisturb: 'bei „Bitte nicht stören“',
    busy: 'bei besetzt',
    noAnswer: 'wenn niemand abnimmt',
    notRegistered: 'wenn kein Telefon angemeldet ist',
    deflection: 'während es klingelte',
    unknown: 'Grund nicht bekannt',
  },
  en: {
    forwardedBy: 'Forwarded by',
    all: 'all calls',
    available: 'when available',
    away: 'when away',
    doNotDisturb: 'on do not disturb',
    busy: 'when busy',
    noAnswer: 'when nobody answers',
    notRegistered: 'when no phone is registered',
    deflection: 'while it rang',
    unknown: 'reason not known',
  },
}

export function forwardingWord(word: Word, language: string): string {
  return WORDS[language.startsWith('de') ? 'de' : 'en'][word]
}
