// What the tests of the four transaction machines share: their inputs, the words for what comes out, and one
// check per row of a figure. For tests only.
import assert from 'node:assert/strict'
import type { ClientInput, Effect, ServerInput, Step } from '../../src/transaction/machine.ts'
import type { Timer } from '../../src/transaction/timers.ts'

export type Row<State, Input> = [rule: string, from: State, input: Input, to: string, out: string]

export const START = { type: 'start' } as const
export const BROKEN = { type: 'transport-failed' } as const
export const AGAIN: ServerInput = { type: 'again' }
export const ACK: ServerInput = { type: 'ack' }
export const got = (status: number): ClientInput => ({ type: 'response', status })
export const give = (status: number): ServerInput => ({ type: 'respond', status })
export const fired = (timer: Timer) => ({ type: 'timer', timer }) as const

function word(effect: Effect): string {
  switch (effect.type) {
    case 'send':
      return effect.what
    case 'arm':
      return `+${effect.timer}${effect.after}`
    case 'disarm':
      return `-${effect.timer}`
    case 'fail':
      return effect.why
    case 'deliver':
      return 'deliver'
  }
}

/** One named check per row, over UDP and over TCP. */
export function checks<State extends { readonly name: string }, Input>(
  step: (state: State, input: Input, isReliable: boolean) => Step<State>,
  rows: Readonly<Record<'UDP' | 'TCP', readonly Row<State, Input>[]>>,
): { readonly name: string; readonly check: () => void }[] {
  return (['UDP', 'TCP'] as const).flatMap((transport) =>
    rows[transport].map(([rule, from, input, to, out]) => ({
      name: `${rule} (${from.name}, ${transport})`,
      check: () => {
        const { state, out: effects } = step(from, input, transport === 'TCP')
        assert.equal(state.name, to)
        assert.equal(effects.map(word).join(' '), out)
      },
    })),
  )
}
