// The mail server over HTTP: wrong fields are named, failures are answers, secrets never come back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '@rufwerk/api'
import { MailState, MailTested } from '@rufwerk/contract/mail'
import { openStaffedOffice } from '../office.ts'

const SETTINGS = {
  ...{ host: 'smtp.muster.example', port: 587, security: 'starttls', fromAddress: 'pbx@muster.example' },
  signIn: { how: 'password', user: 'pbx', password: 'sehr geheim' },
}

test('settings go in with their secrets and come out without', async () => {
  const office = await openStaffedOffice()
  const as = office.admin.token
  const put = await office.ask('PUT', '/api/v1/mail', { as, body: SETTINGS })
  assert.equal(put.status, 200)
  const got = await office.ask('GET', '/api/v1/mail', { as })
  const text = (await put.text()) + (await got.text())
  assert.ok(text.includes('smtp.muster.example') && !text.includes('sehr geheim'))
  assert.equal((await office.ask('DELETE', '/api/v1/mail', { as })).status, 204)
  const gone = MailState.parse(await (await office.ask('GET', '/api/v1/mail', { as })).json())
  assert.deepEqual(gone, { waiting: 0, givenUp: 0 })
  const audit = await office.world.accounts.audit(office.admin.session, 2)
  assert.ok(audit.ok)
  assert.deepEqual(
    audit.value.map(({ act, detail }) => [act, detail]),
    [
      ['mail-removed', {}],
      ['mail-changed', { host: 'smtp.muster.example' }],
    ],
  )
})

test('what is wrong is named, by the schema or by who looks closer', async () => {
  const office = await openStaffedOffice()
  const rows: readonly [changes: object, field: string][] = [
    [{ port: 0 }, 'port'],
    [{ fromAddress: 'a@b.example\r\nBcc: c@d.example' }, 'fromAddress'],
    [{ fromName: 'a\r\nBcc: c@d.example' }, 'fromName'],
    [{ security: 'ssl' }, 'security'],
    [{ signIn: { how: 'password', user: '' } }, 'signIn.user'],
    [{ host: 'wrong.example' }, 'host'],
  ]
  for (const [changes, field] of rows) {
    const body = { ...SETTINGS, ...changes }
    const answer = await office.ask('PUT', '/api/v1/mail', { as: office.admin.token, body })
    assert.equal(answer.status, 400)
    assert.equal(((await answer.json()) as { error: { field?: string } }).error.field, field)
  }
})

test('the test button says what the mail server said, and cannot be held down', async () => {
  const office = await openStaffedOffice()
  const ask = (body: object) => office.ask('POST', '/api/v1/mail/test', { as: office.admin.token, body })
  assert.deepEqual(MailTested.parse(await (await ask({})).json()), { isTaken: true })
  assert.deepEqual(office.asked, ['mail to mia@muster.example'])
  const refused = MailTested.parse(await (await ask({ to: 'nobody@muster.example' })).json())
  assert.deepEqual(refused, { isTaken: false, failure: { code: 'recipient', sentence: 'Nobody.' } })
  assert.equal((await ask({ to: 'a@b.example, c@d.example' })).status, 400)
  for (let count = 3; count < LIMITS.mailTestsPerPersonMax; count += 1) await ask({})
  assert.equal((await ask({})).status, 429)
})
