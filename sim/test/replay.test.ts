// The replay with few clients; and with a system that does not do what was decided, which it has to show.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storyClients } from '@rufwerk/fleet/testing'
import { Company } from '../replay/company.ts'
import { fleetAct } from '../replay/fleet-act.ts'
import { isAllOk, tableOf } from '../replay/table.ts'

const CLIENTS = storyClients(240)

test('each row of the replay comes out as it must, and so does its twin', async () => {
  const rows = await fleetAct(() => Company.open(CLIENTS))
  assert.ok(isAllOk(rows), tableOf(rows))
  assert.ok(rows.length >= 5)
})

test('who is stopped by name only goes on telephoning, and the replay shows it', async () => {
  const rows = await fleetAct(async () => {
    const company = await Company.open(CLIENTS)
    company.stop = () => undefined
    return company
  })
  const failed = rows.filter(({ ok }) => !ok).map(({ stage }) => stage)
  assert.deepEqual(failed, ['first list', 'undone', 'corrected list'])
})

test('a system that stops one more than was named is shown, too', async () => {
  const rows = await fleetAct(async () => {
    const company = await Company.open(CLIENTS)
    const stop = company.stop.bind(company)
    company.stop = (client) => {
      stop(client)
      stop(0)
    }
    return company
  })
  assert.equal(rows[0]?.ok, false, tableOf(rows))
})
