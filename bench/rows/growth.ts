// growth: CPU per call with 100,000 extensions and as many registered phones, against the same product with
// 100 of each, in turns. The large one's calls go between phones from all over it.
import { fillCompany } from '../support/company.ts'
import { type Product, startProduct } from '../support/product.ts'
import { type Row, ratioRow } from '../support/row.ts'
import type { SipUser } from '../support/sipp.ts'
import { measureCalls, register, type Subject, subject } from '../support/subject.ts'

const FEW = 100
const MANY = 100_000
/** Of the large company, so many telephone. */
const CALLERS = 5_000
const CALLS = { before: 2000, count: 3000 }

async function registered(product: Product, users: readonly SipUser[]): Promise<Subject> {
  const each = subject(product.sipPort, users, product)
  await register(each, users.length)
  return each
}

export async function growth(): Promise<Row[]> {
  await using stack = new AsyncDisposableStack()
  const small = stack.use(await startProduct('first'))
  const few = stack.use(await registered(small, await small.users(FEW)))
  const large = stack.use(await startProduct('second'))
  stack.use(await registered(large, await large.users(1)))
  await large.stop()
  const users = await fillCompany(large.data, MANY)
  const startedAt = performance.now()
  await large.start()
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const callers = users.filter((_, at) => at % Math.floor(users.length / CALLERS) === 0)
  const many = stack.use(subject(large.sipPort, callers, large))
  const how = await measureCalls([few, many], CALLS)
  return [
    ratioRow({
      row: 'growth',
      value: many.callMs / CALLS.count,
      unit: 'ms CPU per call',
      peer: { name: `with ${FEW}`, value: few.callMs / CALLS.count },
      ratioMax: 1.3,
      notes: `${MANY} extensions and registrations, restored at a start that took ${seconds} s; ${how}`,
    }),
  ]
}
