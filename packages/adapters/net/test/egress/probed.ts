// A process under the guard: tries to leave, before it has the control, with an empty list, and with what its
// argument allows; then tells all of it. Started by guard.test.ts.
import type { Target } from '@rufwerk/egress'
import { takeEgressControl } from '@rufwerk/net/egress'
import { type Aim, tryToLeave } from '@rufwerk/testing/egress-probe'

const { aim, allowed, forThreads } = JSON.parse(process.argv[2] ?? '') as {
  aim: Aim
  allowed: Target[]
  forThreads: Target[]
}
const before = await tryToLeave(aim)
const control = takeEgressControl()
control?.onLine(() => undefined)
control?.follow(() => allowed)
control?.allowThreads(forThreads)
const after = await tryToLeave(aim)
const again = takeEgressControl()
const refused = control?.refusals.entries().map(({ kind, by }) => `${kind} ${by}`)
const total = control?.refusals.total()
process.stdout.write(JSON.stringify({ before, after, isTwice: again !== undefined, refused, total }))
process.exit(0)
