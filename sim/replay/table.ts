// Rows of the replay, for people and for programs.

export interface ReplayRow {
  readonly act: 'prevention' | 'fleet'
  /** What was tried, or what happens. */
  readonly attack: string
  readonly stage: string
  readonly expected: string
  /** Measured in this run. */
  readonly observed: string
  /** The same with one changed input, which must come out the other way. */
  readonly twin: { readonly changed: string; readonly observed: string; readonly ok: boolean }
  readonly ok: boolean
}

export function tableOf(rows: readonly ReplayRow[]): string {
  return rows
    .map(({ stage, attack, expected, observed, twin, ok }) => {
      const verdict = (isGood: boolean): string => (isGood ? 'ok    ' : 'FAILED')
      return (
        `${verdict(ok)} ${stage}: ${attack}\n` +
        `         expected  ${expected}\n         observed  ${observed}\n` +
        `  ${verdict(twin.ok)} twin: ${twin.changed}\n         observed  ${twin.observed}\n`
      )
    })
    .join('\n')
}

export const isAllOk = (rows: readonly ReplayRow[]): boolean => rows.every(({ ok, twin }) => ok && twin.ok)
