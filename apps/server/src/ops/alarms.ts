// The alarms that stand: told to the log when they begin and end, kept while what they say is true.
import type { Alarm, AlarmKind } from '@rufwerk/contract/operations'
import type { Log, WallTime } from '@rufwerk/core'

/** What was found to be wrong; since now when it does not say. */
export type Finding = Omit<Alarm, 'since'> & Partial<Pick<Alarm, 'since'>>

export class Alarms {
  readonly #log: Log
  readonly #wallTime: () => WallTime
  /** By kind; at most one of each. Removed in `report`. */
  readonly #standing = new Map<AlarmKind, Alarm>()

  constructor(log: Log, wallTime: () => WallTime) {
    this.#log = log
    this.#wallTime = wallTime
  }

  /** Everything that is wrong now; what is not among it any more has ended. */
  report(findings: readonly Finding[]): void {
    const kinds = new Set(findings.map(({ kind }) => kind))
    for (const kind of [...this.#standing.keys()]) {
      if (kinds.has(kind)) continue
      this.#standing.delete(kind)
      this.#log.info('alarm over', { kind })
    }
    for (const finding of findings) {
      const since = this.#standing.get(finding.kind)?.since
      if (since === undefined) {
        const { kind, severity, message } = finding
        this.#log[severity === 'problem' ? 'error' : 'warn']('alarm', { kind, message })
      }
      this.#standing.set(finding.kind, { ...finding, since: finding.since ?? since ?? this.#wallTime() })
    }
  }

  /** Problems first, then the newest. */
  standing(): readonly Alarm[] {
    const rank = ({ severity }: Alarm): number => (severity === 'problem' ? 0 : 1)
    return [...this.#standing.values()].sort((a, b) => rank(a) - rank(b) || b.since - a.since)
  }

  size(): number {
    return this.#standing.size
  }
}
