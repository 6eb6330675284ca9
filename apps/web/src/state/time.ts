// Times and lengths as the language writes them.

/** 0:07, 12:34, 1:02:03. Whole seconds, never negative. */
export function showLength(lengthMs: number): string {
  const total = Math.max(0, Math.floor(lengthMs / 1000))
  const seconds = String(total % 60).padStart(2, '0')
  const minutes = Math.floor(total / 60) % 60
  const hours = Math.floor(total / 3600)
  return hours === 0 ? `${minutes}:${seconds}` : `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`
}

/**
 * How dates, times and numbers are written in a language of the pages: as the browser does it in that
 * language. Where the browser does not say, English in a German company counts hours to 24 and days before
 * months, as the clock on its wall does.
 *
 * @param preferred - the languages of the browser, the dearest first
 */
export function localeOf(language: string, country: 'de' | 'us', preferred: readonly string[]): string {
  const own = preferred.map(readLocale).find((locale) => locale?.language === language && locale.region)
  if (own) return String(own)
  return language === 'en' ? (country === 'de' ? 'en-GB' : 'en-US') : language
}

/** Undefined for what is no language tag (BCP 47): some systems hand on their own names, as `en-US@posix`. */
function readLocale(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag)
  } catch {
    return undefined
  }
}

/** 05:07, but 5:07 AM. */
function hourOf(locale: string): 'numeric' | '2-digit' {
  const { hourCycle } = new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions()
  return hourCycle === 'h12' || hourCycle === 'h11' ? 'numeric' : '2-digit'
}

export function showClock(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: hourOf(locale), minute: '2-digit' }).format(at)
}

/** As much of a moment as one needs to know it again: 15:46 today, Fri 15:46 this week, else the date. */
export function showBriefly(at: number, now: number, locale: string): string {
  const clock = showClock(at, locale)
  if (dayOf(at, now, locale) === 'today') return clock
  const isThisWeek = now - at < 6 * 86_400_000
  if (!isThisWeek) return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format(at)
  return `${new Intl.DateTimeFormat(locale, { weekday: 'short' }).format(at)}, ${clock}`
}

export function showMoment(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    hour: hourOf(locale),
    minute: '2-digit',
  }).format(at)
}

/** A moment to the millisecond, for the steps of a call. */
export function showExactly(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: hourOf(locale),
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
  }).format(at)
}

export type DayName = 'today' | 'yesterday' | { readonly date: string }

/** The heading of the day a moment belongs to. */
export function dayOf(at: number, now: number, locale: string): DayName {
  const startOf = (time: number): number => {
    const day = new Date(time)
    return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime()
  }
  const days = Math.round((startOf(now) - startOf(at)) / 86_400_000)
  if (days === 0) return 'today'
  if (days === 1) return 'yesterday'
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return {
    date: new Intl.DateTimeFormat(locale, {
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      ...(isThisYear ? {} : { year: 'numeric' }),
    }).format(at),
  }
}
