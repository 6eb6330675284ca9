// What three laws of the European Union want told to an authority, and by when. A person says whether a law
// applies; what stands here is a reminder and is to be checked with counsel.

export const LAWS = ['nis2', 'gdpr', 'cra-vulnerability', 'cra-incident'] as const
export type Law = (typeof LAWS)[number]
export const STAGES = ['early-warning', 'notification', 'final-report'] as const
export type Stage = (typeof STAGES)[number]

export interface Duty {
  readonly law: Law
  readonly stage: Stage
  readonly article: string
  /** The moment from which it runs. */
  readonly from: 'aware' | 'notification-submitted' | 'measure-available'
  readonly within: { readonly hours: number } | { readonly days: number } | { readonly months: number }
}

const [NIS2, CRA] = ['Directive (EU) 2022/2555, Art. 23', 'Regulation (EU) 2024/2847, Art. 14']

export const DUTIES: readonly Duty[] = [
  duty('nis2', 'early-warning', `${NIS2}(4)(a)`, 'aware', { hours: 24 }),
  duty('nis2', 'notification', `${NIS2}(4)(b)`, 'aware', { hours: 72 }),
  duty('nis2', 'final-report', `${NIS2}(4)(d)`, 'notification-submitted', { months: 1 }),
  duty('gdpr', 'notification', 'Regulation (EU) 2016/679, Art. 33(1)', 'aware', { hours: 72 }),
  duty('cra-vulnerability', 'early-warning', `${CRA}(2)(a)`, 'aware', { hours: 24 }),
  duty('cra-vulnerability', 'notification', `${CRA}(2)(b)`, 'aware', { hours: 72 }),
  duty('cra-vulnerability', 'final-report', `${CRA}(2)(c)`, 'measure-available', { days: 14 }),
  duty('cra-incident', 'early-warning', `${CRA}(4)(a)`, 'aware', { hours: 24 }),
  duty('cra-incident', 'notification', `${CRA}(4)(b)`, 'aware', { hours: 72 }),
  duty('cra-incident', 'final-report', `${CRA}(4)(c)`, 'notification-submitted', { months: 1 }),
]

function duty(law: Law, stage: Stage, article: string, from: Duty['from'], within: Duty['within']): Duty {
  return { law, stage, article, from, within }
}

const HOUR_MS = 3_600_000

/** Hours are hours, also where clocks are changed; everything is reckoned in UTC. */
export function dueAt({ within }: Duty, from: number): number {
  if ('hours' in within) return from + within.hours * HOUR_MS
  if ('days' in within) return from + within.days * 24 * HOUR_MS
  return addMonths(from, within.months)
}

/** The same day and time of a later month; its last day where it has no such day. */
export function addMonths(at: number, months: number): number {
  const date = new Date(at)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, lastDay))
  return date.getTime()
}
