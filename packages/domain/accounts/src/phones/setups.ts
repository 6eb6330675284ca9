// Desk phones that fetch their settings: a link, or a hardware address with a PIN, each good once and for a
// while. The phone's password is made in the moment of the fetch, so that before there is none to find, and
// afterwards only its hash.
import { type DeviceId, ok, type Result, type TenantId, wallTime } from '@rufwerk/core'
import type { Actor, FetchAttempt, FetchedPhone, NewPhoneSetup, WantedPhoneSetup } from '../accounts.ts'
import type { Attempts } from '../attempts.ts'
import { newPhone } from '../devices.ts'
import { type AccountsError, refuse } from '../errors.ts'
import type { Keeper } from '../keeper.ts'
import {
  HASH_RETRY_AFTER,
  PHONE_AGENT_CHARS_MAX,
  PHONE_LINK_LIFE,
  PHONE_PIN_DIGITS,
  PHONE_PIN_LIFE,
} from '../limits.ts'
import type { Phone, PhoneSetup } from '../nouns.ts'
import type { Change, OpenPhoneSetup } from '../ports.ts'
import { digestHa1, hashOwnToken, hashToken, newPin, newSipPassword, newToken } from '../tokens.ts'

const MAC_SHAPE = /^[0-9a-f]{12}$/

export function createPhoneSetup(
  keeper: Keeper,
  actor: Actor,
  wanted: WantedPhoneSetup,
): Promise<Result<NewPhoneSetup, AccountsError>> {
  return keeper.inTurn(async () => {
    const { maker, mac, way } = wanted
    if ((mac === undefined && way === 'pin') || (mac !== undefined && !MAC_SHAPE.test(mac)))
      return refuse('mac-invalid')
    const phone = phoneFor(keeper, actor, wanted)
    if (!phone.ok) return phone
    const { device, isNew } = phone.value
    const now = keeper.now()
    const setup: PhoneSetup = {
      ...{ device: device.id, tenant: device.tenant, maker, way, by: actor.person, state: 'open' },
      ...(mac !== undefined && { mac }),
      createdAt: now,
      expiresAt: wallTime(now + (way === 'pin' ? PHONE_PIN_LIFE : PHONE_LINK_LIFE)),
    }
    const key =
      way === 'pin' ? newPin(keeper.ports.randomBytes, PHONE_PIN_DIGITS) : newToken(keeper.ports.randomBytes)
    const pin = way === 'pin' ? await keeper.ports.passwords.hash(key) : undefined
    if (way === 'pin' && pin === undefined) return refuse('busy', HASH_RETRY_AFTER)
    const put: Change = {
      ...{ type: 'putPhoneSetup', setup },
      ...(pin === undefined ? { token: hashOwnToken(key) } : { pin }),
    }
    const detail = { sipName: device.sipName, maker, way, ...(mac !== undefined && { mac }) }
    const changes: Change[] = [
      ...(isNew || device.srtp !== wanted.srtp
        ? [{ type: 'putDevice', device: { ...device, srtp: wanted.srtp } } as const]
        : []),
      put,
      keeper.audit(actor, 'phone-setup-created', device.id, detail),
    ]
    return keeper.commit(changes, { device, setup, key })
  })
}

/** One that is there, or a new one whose password nobody knows. */
function phoneFor(
  keeper: Keeper,
  actor: Actor,
  wanted: WantedPhoneSetup,
): Result<{ readonly device: Phone; readonly isNew: boolean }, AccountsError> {
  if (wanted.device === undefined) {
    const made = newPhone(keeper, actor, wanted)
    return made.ok ? ok({ device: made.value.device, isNew: true }) : made
  }
  const known = keeper.directoryOf(actor.tenant)?.byDevice.get(wanted.device)
  if (known?.kind !== 'phone' || known.person !== wanted.person) return refuse('unknown-device')
  return keeper.mayActFor(actor, known.person) ? ok({ device: known, isNew: false }) : refuse('not-allowed')
}

/** The setups of the phones that the actor may see: the own ones, or all by an admin. */
export async function phoneSetups(
  keeper: Keeper,
  actor: Actor,
): Promise<Result<readonly PhoneSetup[], AccountsError>> {
  const directory = keeper.directoryOf(actor.tenant)
  if (!directory) return refuse('not-allowed')
  const all = await keeper.ports.store.phoneSetupsOf(actor.tenant)
  return ok(
    all.filter(({ device }) => {
      const person = directory.byDevice.get(device)?.person
      return person !== undefined && keeper.mayActFor(actor, person)
    }),
  )
}

export async function closePhoneSetup(
  keeper: Keeper,
  actor: Actor,
  device: DeviceId,
): Promise<Result<void, AccountsError>> {
  const known = keeper.directoryOf(actor.tenant)?.byDevice.get(device)
  if (known?.kind !== 'phone') return refuse('unknown-device')
  if (!keeper.mayActFor(actor, known.person)) return refuse('not-allowed')
  const audit = keeper.audit(actor, 'phone-setup-closed', device, { sipName: known.sipName })
  return keeper.commit([{ type: 'closePhoneSetup', device }, audit], undefined)
}

/**
 * What is wrong with the attempt is never said: an unknown address, a wrong PIN, a used link and one of
 * another maker look the same and cost the same.
 */
export async function fetchPhone(
  keeper: Keeper,
  attempts: Attempts,
  attempt: FetchAttempt,
): Promise<Result<FetchedPhone, AccountsError>> {
  const { address, key, mac } = attempt
  const keys = { address, ...('pin' in key && { account: `phone ${mac}` }) }
  const wait = attempts.begin(keys, keeper.now())
  if (wait !== undefined) return refuse('too-many-attempts', wait)
  const found = 'pin' in key ? await byPin(keeper, mac, key.pin) : await byToken(keeper, key.token)
  if (found === 'busy') return refuse('busy', HASH_RETRY_AFTER)
  if (found === undefined || !fits(keeper, found, attempt)) return refuse('link-invalid')
  const fetched = await keeper.inTurn(() => give(keeper, found, attempt))
  if (fetched.ok) attempts.succeeded(keys)
  return !fetched.ok && fetched.error.code === 'conflict' ? refuse('link-invalid') : fetched
}

async function byToken(keeper: Keeper, token: string): Promise<PhoneSetup | undefined> {
  const hash = hashToken(token)
  return hash === undefined ? undefined : keeper.ports.store.phoneSetupByToken(hash)
}

/** The same address may be expected in two companies; each has its own PIN. */
async function byPin(
  keeper: Keeper,
  mac: string | undefined,
  pin: string,
): Promise<PhoneSetup | 'busy' | undefined> {
  const open = mac === undefined ? [] : await keeper.ports.store.phoneSetupsByMac(mac)
  const expected: readonly (OpenPhoneSetup | undefined)[] = open.length > 0 ? open : [undefined]
  // Nothing longer can be right, and it is not worth hashing.
  const typed = pin.slice(0, PHONE_PIN_DIGITS + 1)
  let found: PhoneSetup | undefined
  for (const each of expected) {
    const isRight = await keeper.ports.passwords.verify(typed, each?.pin)
    if (isRight === undefined) return 'busy'
    if (isRight && each !== undefined) found ??= each.setup
  }
  return found
}

function fits(keeper: Keeper, setup: PhoneSetup, { maker, mac }: FetchAttempt): boolean {
  return (
    setup.state === 'open' &&
    setup.expiresAt > keeper.now() &&
    setup.maker === maker &&
    (setup.mac === undefined || setup.mac === mac)
  )
}

async function give(
  keeper: Keeper,
  setup: PhoneSetup,
  { mac, address, agent }: FetchAttempt,
): Promise<Result<FetchedPhone, AccountsError>> {
  const directory = keeper.directoryOf(setup.tenant as TenantId)
  const known = directory?.byDevice.get(setup.device)
  const person = known && directory?.byPerson.get(known.person)
  const by = { tenant: setup.tenant, person: setup.by }
  // Whoever made the setup may have lost the right to it since.
  if (known?.kind !== 'phone' || !directory || !person || !keeper.mayActFor(by, person.id))
    return refuse('link-invalid')
  const password = newSipPassword(keeper.ports.randomBytes)
  const device: Phone = { ...known, ha1: digestHa1(known.sipName, known.tenant, password) }
  const seen = { from: address, agent: shown(agent), ...(mac !== undefined && { mac }) }
  const changes: Change[] = [
    { type: 'usePhoneSetup', device: device.id, at: keeper.now(), ...seen },
    { type: 'putDevice', device },
    keeper.audit(by, 'phone-set-up', device.id, { sipName: device.sipName, ...seen }),
  ]
  return keeper.commit(changes, { device, password, person, directory })
}

/** What a phone says of itself, to be shown and never believed. */
function shown(agent: string): string {
  return agent
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, PHONE_AGENT_CHARS_MAX)
}
