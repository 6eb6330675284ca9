// A company with so many clients, and what was said to its quarantine.
import type { Actor, ClientId, QuarantineInput, QuarantineOutput, Reason } from '../src/index.ts'
import { EMPTY_QUARANTINE, type Quarantine, step } from '../src/index.ts'

export const ANNA: Actor = { kind: 'person', id: 'anna' }
export const BERND: Actor = { kind: 'person', id: 'bernd' }
export const POLICY: Actor = { kind: 'policy', id: 'advisories' }
export const HOUR = 3_600_000

export const advisory = (revision: string): Extract<Reason, { kind: 'advisory' }> => ({
  ...{ kind: 'advisory', issuer: 'https://a.example', advisory: 'A-1', revision, product: 'app' },
})

export const clients = (from: number, count: number): ClientId[] =>
  Array.from({ length: count }, (_, number) => `c${from + number}`)

/** What the tests leave out of an input. */
type Said = Omit<
  Extract<QuarantineInput, { type: 'stop' }>,
  'type' | 'at' | 'id' | 'fleet' | 'isCounting' | 'by'
>

export class House {
  state: Quarantine = EMPTY_QUARANTINE
  at = 0
  readonly fleet: number
  #ids = 0

  constructor(fleet: number) {
    this.fleet = fleet
  }

  says(input: QuarantineInput): string[] {
    const { state, out } = step(this.state, input)
    this.state = state
    return out.flatMap(words)
  }

  stop(
    by: Actor,
    wanted: readonly ClientId[],
    more: Partial<Said> & { isCounting?: boolean } = {},
  ): string[] {
    this.#ids += 1
    const { reason = advisory('1'), isCounting = true } = more
    const { at, fleet } = this
    return this.says({
      type: 'stop',
      id: `r${this.#ids}`,
      by,
      at,
      clients: wanted,
      reason,
      fleet,
      isCounting,
    })
  }

  revised(revision: string, affected: readonly ClientId[], by: Actor = POLICY): string[] {
    this.#ids += 1
    const { at, fleet } = this
    const id = `r${this.#ids}`
    return this.says({
      type: 'revised',
      id,
      by,
      at,
      reason: advisory(revision),
      affected,
      fleet,
      isCounting: true,
    })
  }

  agree(id: string, by: Actor): string[] {
    return this.says({ type: 'agree', id, by, at: this.at })
  }

  release(id: string, by: Actor, wanted: readonly ClientId[]): string[] {
    return this.says({ type: 'release', id, by, at: this.at, clients: wanted, why: 'clean' })
  }

  removalAsked(wanted: readonly ClientId[]): string[] {
    return this.says({ type: 'removal-asked', by: ANNA, at: this.at, clients: wanted })
  }

  seen(
    client: ClientId,
    seenAt: number,
    isThere: boolean,
    coverage: 'everything' | 'part' = 'everything',
  ): string[] {
    return this.says({ type: 'seen', client, seenAt, coverage, isThere })
  }

  stopped(): string[] {
    return [...this.state.stops.keys()]
  }
}

function words(out: QuarantineOutput): string[] {
  switch (out.type) {
    case 'audit':
      return []
    case 'refused':
      return [`refused ${out.why}`]
    case 'waits':
      return [
        `${out.request.id} waits ${out.request.does} ${out.request.clients.length} missing ${out.missing}`,
      ]
    case 'stopped':
      return [`stopped ${out.stop.client}`]
    default:
      return [`${out.type} ${out.client}`]
  }
}
