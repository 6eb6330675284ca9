// Row 22a: something in the processes of a whole server tries every way out; nothing arrives. The twin
// differs in the configuration alone: where it wants to go is the mail server.
import type { Shown } from '../../tools/promises/rows.ts'
import { EgressTrial } from '../egress/trial.ts'

const PARTS = ['server', 'media'] as const
/** Of each process; a way that is missing is not shown to be closed. */
const WAYS = 15

export async function row22a(): Promise<Shown> {
  const trial = await EgressTrial.start()
  try {
    const tried = await Promise.all(PARTS.map((part) => trial.leave(part)))
    const ways = tried.flatMap(({ outcome }) => Object.values(outcome))
    const passed = ways.filter((how) => how === 'done').length
    const arrived = tried.flatMap((one) => one.arrived).length
    const { refusedTotal } = await trial.view()
    const isLogged = refusedTotal > 0 && /egress refused kind=tcp/.test(trial.log())
    await trial.setMail(true)
    const twin = await trial.leave('server')
    const reached = Object.entries(twin.outcome).flatMap(([way, how]) => (how === 'done' ? [way] : []))
    const expected = `${2 * WAYS} ways out tried, 0 passed, 0 arrived; logged`
    const counts = `${ways.length} ways out tried, ${passed} passed, ${arrived} arrived`
    const observed = `${counts}; ${isLogged ? 'logged' : 'not logged'}`
    return {
      ...{ expected, observed, ok: observed === expected },
      twin: {
        changed: 'where it wants to go is the mail server',
        observed: `passed: ${reached.join(', ')}`,
        ok: reached.join() === 'net,tls,fetch,http2' && twin.arrived.length >= reached.length,
      },
    }
  } finally {
    await trial.stop()
  }
}
