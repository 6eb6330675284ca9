// Kamailio as the peer: registrar and stateful proxy on loopback, UDP, two worker processes, digest from a
// static rule (password = user name + "pw"), locations in memory.
import { KAMAILIO, prepareKamailio, REGISTRAR } from '@rufwerk/testing/kamailio'
import { CORE_UNDER_TEST, pause, startProgram } from './program.ts'
import type { SipUser } from './sipp.ts'

export interface Kamailio extends AsyncDisposable {
  readonly pid: number
  readonly port: number
  readonly users: (count: number) => SipUser[]
  /** What it wrote so far. */
  log(): string
}

export async function startKamailio(port: number): Promise<Kamailio> {
  const prepared = prepareKamailio(port, 2, REGISTRAR)
  const program = startProgram(KAMAILIO, prepared.args, { core: CORE_UNDER_TEST })
  const early = await Promise.race([program.ended, pause(1500)])
  if (typeof early === 'number') throw new Error(`kamailio did not start:\n${program.output()}`)
  return {
    pid: program.pid,
    port,
    users: (count) => Array.from({ length: count }, (_, at) => ({ name: `u${at}`, password: `u${at}pw` })),
    log: () => program.output(),
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]()
      prepared.remove()
    },
  }
}
