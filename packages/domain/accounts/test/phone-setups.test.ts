// Phones that fetch their settings: once, in time, the right phone, and nothing to find before or after.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { type DeviceId, minutes } from '@rufwerk/core'
import type { FetchAttempt, WantedPhoneSetup } from '../src/accounts.ts'
import { ATTEMPTS_PER_ACCOUNT_MAX, ATTEMPTS_PER_ADDRESS_MAX } from '../src/limits.ts'
import { code, newWorld, setUpCompany, type World } from '../src/testing/index.ts'
import { newPin } from '../src/tokens.ts'

const MAC = '001565aabb20'

async function office() {
  const world = await newWorld()
  const { session, person, colleagueLinks } = await setUpCompany(world)
  const [link] = colleagueLinks
  assert.ok(link)
  const came = await world.accounts.signInByLink({ token: link.token, address: '192.0.2.9' })
  assert.ok(came.ok)
  const wanted: WantedPhoneSetup = {
    ...{ person: person.id, name: 'Tisch', maker: 'yealink', way: 'link', srtp: 'required' },
  }
  const make = async (changes: Partial<WantedPhoneSetup> = {}) => {
    const made = await world.accounts.createPhoneSetup(session, { ...wanted, ...changes })
    assert.ok(made.ok, code(made))
    return made.value
  }
  return { world, session, person, wanted, make, colleague: came.value }
}

function fetching(key: FetchAttempt['key'], changes: Partial<FetchAttempt> = {}): FetchAttempt {
  return { key, maker: 'yealink', mac: MAC, address: '192.0.2.7', agent: 'Yealink SIP-T46U', ...changes }
}

/** Everything that is stored, as text. */
async function stored({ store }: World, tenant: Parameters<typeof store.phoneSetupsOf>[0]): Promise<string> {
  const all = [await store.rosters(), await store.phoneSetupsOf(tenant), await store.auditOf(tenant, 500)]
  return JSON.stringify([...all, await store.phoneSetupsByMac(MAC)])
}

test('a link gives a phone its password once; then only the hash is left', async () => {
  const { world, make, session } = await office()
  const { device, setup, key } = await make()
  assert.equal(device.srtp, 'required')
  assert.equal(setup.expiresAt - world.now(), minutes(24 * 60))
  const before = world.accounts.directoryOf(device.tenant)?.byDevice.get(device.id)
  const fetched = await world.accounts.fetchPhone(fetching({ token: key }))
  assert.ok(fetched.ok)
  const { password } = fetched.value
  const a1 = `${device.sipName}:${device.tenant}:${password}`
  const known = world.accounts.directoryOf(device.tenant)?.byDevice.get(device.id)
  assert.ok(known?.kind === 'phone' && before?.kind === 'phone')
  assert.equal(known.ha1.md5, createHash('md5').update(a1).digest('hex'))
  assert.notEqual(known.ha1.md5, before.ha1.md5)
  assert.equal(code(await world.accounts.fetchPhone(fetching({ token: key }))), 'link-invalid')
  const left = await stored(world, device.tenant)
  for (const secret of [password, key]) assert.ok(!left.includes(secret))
  const [row] = await world.store.phoneSetupsOf(device.tenant)
  assert.deepEqual(row?.used, { at: world.now(), from: '192.0.2.7', agent: 'Yealink SIP-T46U' })
  assert.equal(row?.mac, MAC)
  const audit = await world.accounts.audit(session, 5)
  assert.ok(audit.ok && audit.value[0]?.act === 'phone-set-up' && audit.value[0].detail.from === '192.0.2.7')
})

test('of two phones at the same moment one gets the password', async () => {
  const { world, make } = await office()
  const { key } = await make()
  const outcomes = await Promise.all([1, 2].map(() => world.accounts.fetchPhone(fetching({ token: key }))))
  assert.deepEqual(outcomes.map(code).toSorted(), ['link-invalid', 'ok'])
})

test('a link is not used up by another maker’s phone, another hardware address or a late one', async () => {
  const { world, make } = await office()
  const { key } = await make({ mac: MAC })
  const wrong: Partial<FetchAttempt>[] = [{ maker: 'snom' }, { mac: '001565aabb21' }]
  for (const each of wrong)
    assert.equal(code(await world.accounts.fetchPhone(fetching({ token: key }, each))), 'link-invalid')
  world.pass(minutes(24 * 60))
  assert.equal(code(await world.accounts.fetchPhone(fetching({ token: key }))), 'link-invalid')
  const again = await make({ mac: MAC })
  assert.equal(code(await world.accounts.fetchPhone(fetching({ token: again.key }))), 'ok')
})

test('a hardware address and a PIN: once, within an hour, and only stored as argon2id', async () => {
  const { world, make } = await office()
  const { key, setup, device } = await make({ way: 'pin', mac: MAC })
  assert.match(key, /^\d{8}$/)
  assert.equal(setup.expiresAt - world.now(), minutes(60))
  const left = await stored(world, device.tenant)
  assert.ok(!left.includes(key) && left.includes('$argon2id$'))
  const { fetchPhone } = world.accounts
  assert.equal(code(await fetchPhone(fetching({ pin: key }, { mac: '001565aabb21' }))), 'link-invalid')
  assert.equal(code(await fetchPhone(fetching({ pin: `${key}0` }))), 'link-invalid')
  assert.equal(code(await fetchPhone(fetching({ pin: key }))), 'ok')
  assert.equal(code(await fetchPhone(fetching({ pin: key }))), 'link-invalid')
  assert.ok(!(await stored(world, device.tenant)).includes('$argon2id$v=19$m=8'))
  const late = await make({ way: 'pin', mac: MAC })
  world.pass(minutes(60))
  assert.equal(code(await fetchPhone(fetching({ pin: late.key }))), 'link-invalid')
})

test('guessing PINs is slowed per hardware address, expected or not', async () => {
  const { world, make } = await office()
  const { key } = await make({ way: 'pin', mac: MAC })
  for (const mac of [MAC, '001565000001']) {
    const codes: string[] = []
    for (let guess = 0; guess <= ATTEMPTS_PER_ACCOUNT_MAX; guess += 1) {
      const pin = String(guess).padStart(8, '0')
      const address = `198.51.100.${guess}`
      codes.push(code(await world.accounts.fetchPhone(fetching({ pin }, { mac, address }))))
    }
    assert.deepEqual(new Set(codes.slice(0, -1)), new Set(['link-invalid']))
    assert.equal(codes.at(-1), 'too-many-attempts')
  }
  assert.equal(code(await world.accounts.fetchPhone(fetching({ pin: key }))), 'too-many-attempts')
  world.pass(minutes(15))
  assert.equal(code(await world.accounts.fetchPhone(fetching({ pin: key }))), 'ok')
})

test('guessing links is slowed per address', async () => {
  const { world } = await office()
  const guess = () =>
    world.accounts.fetchPhone(fetching({ token: 'A'.repeat(43) }, { address: '203.0.113.5' }))
  for (let count = 0; count < ATTEMPTS_PER_ADDRESS_MAX; count += 1)
    assert.equal(code(await guess()), 'link-invalid')
  assert.equal(code(await guess()), 'too-many-attempts')
})

test('a new link voids the one before; withdrawn, removed and swept ones are void', async () => {
  const { world, make, session } = await office()
  const first = await make()
  const second = await make({ device: first.device.id })
  assert.equal(second.device.id, first.device.id)
  assert.equal(code(await world.accounts.fetchPhone(fetching({ token: first.key }))), 'link-invalid')
  assert.ok((await world.accounts.closePhoneSetup(session, first.device.id)).ok)
  assert.equal(code(await world.accounts.fetchPhone(fetching({ token: second.key }))), 'link-invalid')
  const third = await make({ device: first.device.id })
  assert.ok((await world.accounts.removeDevice(session, first.device.id)).ok)
  assert.equal(code(await world.accounts.fetchPhone(fetching({ token: third.key }))), 'link-invalid')
  const { device } = await make()
  world.pass(minutes(25 * 60))
  await world.accounts.sweep()
  const setups = await world.accounts.phoneSetups(session)
  assert.ok(setups.ok)
  assert.deepEqual(
    setups.value.map(({ device: id, state }) => [id, state]),
    [[device.id, 'closed']],
  )
})

test('a phone that is set up again keeps its password until it fetches the next', async () => {
  const { world, make } = await office()
  const { device, key } = await make()
  assert.ok((await world.accounts.fetchPhone(fetching({ token: key }))).ok)
  const hash = () => {
    const known = world.accounts.directoryOf(device.tenant)?.byDevice.get(device.id)
    return known?.kind === 'phone' ? known.ha1.md5 : undefined
  }
  const before = hash()
  const again = await make({ device: device.id })
  assert.equal(hash(), before)
  assert.ok((await world.accounts.fetchPhone(fetching({ token: again.key }))).ok)
  assert.notEqual(hash(), before)
})

test('one makes setups for oneself, an admin for all; a colleague’s are out of reach', async () => {
  const { world, wanted, make, colleague } = await office()
  const { device } = await make()
  const { accounts } = world
  const theirs = colleague.session
  assert.equal(code(await accounts.createPhoneSetup(theirs, wanted)), 'not-allowed')
  assert.equal(code(await accounts.createPhoneSetup(theirs, { ...wanted, device: device.id })), 'not-allowed')
  assert.equal(code(await accounts.closePhoneSetup(theirs, device.id)), 'not-allowed')
  assert.equal(code(await accounts.closePhoneSetup(theirs, 'nobody' as DeviceId)), 'unknown-device')
  const own = await accounts.createPhoneSetup(theirs, { ...wanted, person: colleague.person.id })
  assert.ok(own.ok)
  const seen = await accounts.phoneSetups(theirs)
  assert.ok(seen.ok)
  assert.deepEqual(
    seen.value.map(({ device: id }) => id),
    [own.value.device.id],
  )
  const stray = await accounts.createPhoneSetup(theirs, {
    ...own.value.setup,
    ...wanted,
    person: colleague.person.id,
    device: device.id,
  })
  assert.equal(code(stray), 'unknown-device')
})

test('a PIN needs a hardware address, and every one its twelve digits', async () => {
  const { world, session, wanted } = await office()
  for (const changes of [{ way: 'pin' }, { mac: '00:15' }, { way: 'pin', mac: 'ABCDEFABCDEF' }] as const)
    assert.equal(
      code(await world.accounts.createPhoneSetup(session, { ...wanted, ...changes })),
      'mac-invalid',
    )
})

test('what a phone says of itself is kept short and printable', async () => {
  const { world, make } = await office()
  const { key, device } = await make()
  const agent = `Yealink\r\nX: <b>"\u0000${'y'.repeat(300)}`
  assert.ok((await world.accounts.fetchPhone(fetching({ token: key }, { agent }))).ok)
  const [row] = await world.store.phoneSetupsOf(device.tenant)
  assert.match(row?.used?.agent ?? '', /^Yealink X: <b>" y{80,}$/)
  assert.ok((row?.used?.agent.length ?? 0) <= 100)
})

test('a disk that is full gives no phone a password that nobody would know', async () => {
  const { world, make } = await office()
  const { key } = await make()
  world.store.isFull = true
  assert.equal(code(await world.accounts.fetchPhone(fetching({ token: key }))), 'not-stored')
  world.store.isFull = false
  assert.equal(code(await world.accounts.fetchPhone(fetching({ token: key }))), 'ok')
})

test('digits of a PIN are all as likely', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at)
  const counts = new Map<string, number>()
  for (const digit of newPin(() => bytes, 250)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  assert.deepEqual(new Set(counts.values()), new Set([25]))
})
