// What those who run the system ask for: who may, and what they get.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COLLECTOR, ELSEWHERE, openOffice, openStaffedOffice, recordOf } from './office.ts'

test('metrics are for loopback and named addresses, for others there are none', async () => {
  const office = await openStaffedOffice()
  for (const [peer, status] of [
    [undefined, 200],
    [COLLECTOR, 200],
    [ELSEWHERE, 404],
  ] as const) {
    const answer = await office.ask('GET', '/metrics', peer === undefined ? {} : { peer })
    assert.equal(answer.status, status)
    const isGiven = (await answer.text()).includes('rufwerk_up')
    assert.equal(isGiven, status === 200)
  }
  assert.equal((await office.ask('POST', '/metrics')).status, 405)
})

test('before it is set up, nobody elsewhere is told anything', async () => {
  const office = await openOffice()
  assert.equal((await office.ask('GET', '/healthz')).status, 200)
  for (const path of ['/healthz', '/metrics'])
    assert.equal((await office.ask('GET', path, { peer: COLLECTOR })).status, 403, path)
})

test('healthz is 200 while ready, and 503 with the reason when not', async () => {
  const office = await openStaffedOffice()
  const ready = await office.ask('GET', '/healthz', { peer: ELSEWHERE })
  assert.deepEqual([ready.status, await ready.json()], [200, { status: 'ready' }])
  await office.ask('POST', '/api/v1/system/drain', { as: office.admin.token, body: {} })
  const draining = await office.ask('GET', '/healthz', { peer: ELSEWHERE })
  assert.deepEqual(
    [draining.status, draining.headers.get('retry-after'), await draining.json()],
    [503, '5', { status: 'not-ready', reasons: ['draining'] }],
  )
})

test('draining is for admins, from a page of this server, and within an hour', async () => {
  const office = await openStaffedOffice()
  const ask = (how: object) => office.ask('POST', '/api/v1/system/drain', { body: {}, ...how })
  assert.equal((await ask({ as: office.user.token })).status, 403)
  const headers = { origin: 'http://evil.example' }
  assert.equal((await ask({ as: office.admin.token, headers })).status, 403)
  assert.equal((await ask({ as: office.admin.token, body: { seconds: 3_601 } })).status, 400)
  assert.deepEqual(office.asked, [])
  const answer = await ask({ as: office.admin.token, body: { seconds: 7 } })
  assert.deepEqual(await answer.json(), { calls: 2, seconds: 7 })
})

test('a trace is for admins of the tenant whose call it is, as JSON or as text', async () => {
  const office = await openStaffedOffice()
  const ask = (as: string, accept?: string) =>
    office.ask('GET', '/api/v1/calls/call-1/trace', { as, headers: { accept } })
  assert.equal((await ask(office.admin.token)).status, 404, 'No such call in the history or going on.')
  office.records.push(recordOf(office.admin.person, office.colleague))
  assert.equal((await ask(office.user.token)).status, 403)
  assert.equal((await ask(office.stranger.token)).status, 404)
  const json = (await (await ask(office.admin.token)).json()) as { messages: { startLine: string }[] }
  assert.equal(json.messages[0]?.startLine, 'INVITE sip:101@x SIP/2.0')
  const text = await ask(office.admin.token, 'text/plain')
  assert.match(text.headers.get('content-type') ?? '', /^text\/plain/)
  assert.equal(
    await text.text(),
    '1 older messages are not kept any more.\n\n' +
      '2026-09-21T14:13:20.000Z udp 192.0.2.1:5060 → 192.0.2.9:5062\n\nINVITE sip:101@x SIP/2.0\r\n\r\n',
  )
})
