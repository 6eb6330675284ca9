// The dial plan of a running system: applied while somebody talks, followed by the next call, there again
// after a restart, and no reason not to start when its row is damaged.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test from 'node:test'
import { choosePorts, flagsFor, Launch } from '../support/launch.ts'
import { openUdp, plainSdp, RawPhone } from '../support/raw-sip.ts'
import type { PhoneAccount } from '../support/server.ts'
import { until } from '../support/wait.ts'

const folder = mkdtempSync(join(tmpdir(), 'rufwerk-plan-'))
const data = join(folder, 'data')
const flags = [...flagsFor(data, await choosePorts()), '--demo']
let launch = new Launch(flags)
const sound = await openUdp('127.0.0.1', 0)
test.after(async () => {
  sound.close()
  await launch.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Mara, the admin. */
async function signIn() {
  const link = new URL((await launch.links()).at(-1) ?? '')
  const headers = { 'content-type': 'application/json', origin: link.origin }
  const token = link.hash.replace('#link=', '')
  const signedIn = await fetch(`${link.origin}/api/v1/session/link`, {
    ...{ method: 'POST', headers, body: JSON.stringify({ token }) },
  })
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  return async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${link.origin}/api/v1${path}`, {
      ...{ method, headers: { ...headers, cookie } },
      ...(body && { body: JSON.stringify(body) }),
    })
    assert.ok(answer.ok, `${path}: ${answer.status}`)
    return (await answer.json()) as T
  }
}

interface State {
  readonly version: number
  readonly plan: { readonly flows: readonly { readonly id: string }[] }
  readonly trouble?: { readonly kind: string; readonly used: number }
}

const target = { to: 'extension', extension: '101' }
const plan = {
  ...{ sites: [], trunks: [], outbound: [], rates: [], people: [], inbound: [], blocked: [], services: [] },
  ...{ allowed: { countries: [], premium: [] }, codes: [], speedDial: [] },
  schedules: [
    {
      id: 'never',
      schedule: {
        ...{ timeZone: 'Europe/Berlin', opens: [], breaks: [], exceptions: [] },
        holidays: { parts: [], own: [] },
      },
    },
  ],
  flows: [{ kind: 'hours', id: 'office', extension: '400', schedule: 'never', open: target, closed: target }],
}

test('a plan is for the next call, not for one that goes on, and is there after restarts', async () => {
  let ask = await signIn()
  const account = await ask<PhoneAccount>('POST', '/devices', { kind: 'phone', name: 'Desk' })
  const phone = await RawPhone.open({ ...account, server: '127.0.0.1' })
  const body = plainSdp(sound.address().port)
  const dial = (dials: string) => phone.ask({ method: 'INVITE', dials, body, timeoutMs: 20_000 })

  const echo = await dial('*43')
  assert.equal(echo.status, 200)
  // The plan has no codes: the next *43 would be unknown.
  assert.equal((await ask<State>('PUT', '/dial-plan', { expected: 0, plan })).version, 1)
  const anna = await dial('400')
  assert.equal(anna.status, 200, 'The flow leads to the voice of the demonstration.')
  assert.equal((await phone.hangUp(anna)).status, 200)
  assert.equal((await phone.hangUp(echo, 20)).status, 200, 'The echo was still there.')
  phone.close()
  const second = await ask<State>('PUT', '/dial-plan', { expected: 1, plan: { ...plan, flows: [] } })
  assert.equal(second.version, 2)

  await launch.stop()
  const database = new DatabaseSync(join(data, 'rufwerk.db'))
  database.exec(`UPDATE dial_plans SET plan = '{"flows":' WHERE version = 2`)
  database.close()
  launch = new Launch(flags)
  ask = await signIn()
  const { version, plan: used, trouble } = await ask<State>('GET', '/dial-plan')
  assert.deepEqual([version, used.flows[0]?.id, trouble?.kind, trouble?.used], [2, 'office', 'unreadable', 1])
  await until('the alarm', async () => {
    const { alarms } = await ask<{ alarms: readonly { kind: string }[] }>('GET', '/alarms')
    return alarms.some(({ kind }) => kind === 'dial-plan-unreadable')
  })
  const mended = await ask<State>('PUT', '/dial-plan', { expected: 2, plan })
  assert.deepEqual([mended.version, mended.trouble], [3, undefined])
})
