// Settings of a mail server: each wrong field is named.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkMailServer, type MailServer } from '../src/index.ts'

const GOOD: MailServer = {
  ...{ host: 'smtp.muster.example', port: 587, security: 'starttls' },
  from: { address: 'telefon@muster.example', name: 'Telefon' },
  signIn: { how: 'password', user: 'pbx', password: 'geheim' },
}
const OAUTH2 = {
  how: 'oauth2',
  user: 'pbx@muster.example',
  tokenUrl: 'https://login.example/token',
  clientId: 'a',
  clientSecret: 'b',
  scope: 'c',
} as const

test('good settings are good', () => {
  const good: Partial<MailServer>[] = [
    {},
    { signIn: { how: 'nothing' } },
    { signIn: OAUTH2 },
    { signIn: { ...OAUTH2, tokenUrl: 'http://127.0.0.1:25001/token' } },
    { host: '127.0.0.1', security: 'none' },
    { host: '192.168.1.4', security: 'none' },
    { host: 'localhost', security: 'none' },
    { host: '::1', port: 25 },
  ]
  for (const changes of good) assert.ok(checkMailServer({ ...GOOD, ...changes }).ok, JSON.stringify(changes))
})

const rows: readonly [changes: Partial<MailServer>, field: string][] = [
  [{ host: '' }, 'host'],
  [{ host: 'a b' }, 'host'],
  [{ host: 'mail.example\r\n' }, 'host'],
  [{ host: '-a.example' }, 'host'],
  [{ host: `${'a'.repeat(254)}` }, 'host'],
  [{ port: 0 }, 'port'],
  [{ port: 70_000 }, 'port'],
  [{ port: 25.5 }, 'port'],
  [{ security: 'none' }, 'security'],
  [{ security: 'none', host: '203.0.113.5' }, 'security'],
  [{ security: 'none', host: 'mail.localhost.example' }, 'security'],
  [{ from: { address: 'a@b, c@d' } }, 'from.address'],
  [{ from: { address: 'a@b', name: 'x\r\nBcc: y@z' } }, 'from.name'],
  [{ signIn: { how: 'password', user: '', password: 'x' } }, 'signIn.user'],
  [{ signIn: { how: 'password', user: 'x', password: '' } }, 'signIn.password'],
  [{ signIn: { how: 'password', user: 'x\r\nMAIL', password: 'x' } }, 'signIn.user'],
  [{ signIn: { ...OAUTH2, tokenUrl: 'http://login.example/token' } }, 'signIn.tokenUrl'],
  [{ signIn: { ...OAUTH2, tokenUrl: 'https://a:b@login.example/' } }, 'signIn.tokenUrl'],
  [{ signIn: { ...OAUTH2, tokenUrl: 'file:///etc/passwd' } }, 'signIn.tokenUrl'],
  [{ signIn: { ...OAUTH2, clientSecret: '' } }, 'signIn.clientSecret'],
]
for (const [changes, field] of rows) {
  test(`${JSON.stringify(changes).slice(0, 70)} is wrong at ${field}`, () => {
    const checked = checkMailServer({ ...GOOD, ...changes })
    assert.ok(!checked.ok)
    assert.equal(checked.error.field, field)
  })
}
