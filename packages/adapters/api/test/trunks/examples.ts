// Requests to the routes of trunks, for the tests of all routes.
import type { Staffed } from '../office.ts'

const body = { id: 'main', profile: 'sipgate', account: '1234567t0', password: 'only-the-carrier-knows' }

function aTrunk(office: Staffed): string {
  return office.trunks(office.admin.person.tenant).put('main')
}

async function theirs(office: Staffed): Promise<{ readonly id: string }> {
  return { id: aTrunk(office) }
}

const trunk = { id: aTrunk, ofColleague: theirs }

export const TRUNK_EXAMPLES = {
  trunks: { access: 'admin' },
  createTrunk: { access: 'admin', body: { ...body, id: 'new' } },
  changeTrunk: { access: 'admin', ...trunk, body },
  removeTrunk: { access: 'admin', ...trunk },
} as const
