// Devices: phones with digest credentials of their own, and one device per signed-in browser.
import { type DeviceId, ok, type Result } from '@rufwerk/core'
import type { Actor } from './accounts.ts'
import type { Directory } from './directory.ts'
import { type AccountsError, refuse } from './errors.ts'
import { readName } from './fields.ts'
import type { Keeper } from './keeper.ts'
import { NAME_TRIES_MAX, PHONES_PER_PERSON_MAX } from './limits.ts'
import type { BrowserDevice, DigestAlgorithm, Phone, Session, SrtpMode } from './nouns.ts'
import type { Change } from './ports.ts'
import { clearText, digestHa1, newSipPassword } from './tokens.ts'

const BROWSER_NAME = 'Browser'
const BROWSER_NAME_RANDOM_CHARS = 4

interface WantedPhone {
  readonly person: Actor['person']
  readonly name: string
  readonly algorithm?: DigestAlgorithm
  readonly srtp?: SrtpMode
}

export function createPhone(
  keeper: Keeper,
  actor: Actor,
  wanted: WantedPhone,
): Promise<Result<{ readonly device: Phone; readonly password: string }, AccountsError>> {
  return keeper.inTurn(async () => {
    const made = newPhone(keeper, actor, wanted)
    if (!made.ok) return made
    const { device } = made.value
    const detail = { sipName: device.sipName, name: device.name }
    const audit = keeper.audit(actor, 'phone-created', device.id, detail)
    return keeper.commit([{ type: 'putDevice', device }, audit], made.value)
  })
}

/** A phone that is not stored yet, for one act of the keeper. */
export function newPhone(
  keeper: Keeper,
  actor: Actor,
  wanted: WantedPhone,
): Result<{ readonly device: Phone; readonly password: string }, AccountsError> {
  if (!keeper.mayActFor(actor, wanted.person)) return refuse('not-allowed')
  const directory = keeper.directoryOf(actor.tenant)
  const person = directory?.byPerson.get(wanted.person)
  if (!directory || !person) return refuse('unknown-person')
  const name = readName(wanted.name)
  if (!name.ok) return refuse(name.error)
  const own = directory.devicesOf.get(person.id) ?? []
  if (own.filter((device) => device.kind === 'phone').length >= PHONES_PER_PERSON_MAX) {
    return refuse('limit-reached')
  }
  const sipName = freeSipName(directory, person.extension)
  const password = newSipPassword(keeper.ports.randomBytes)
  const device: Phone = {
    kind: 'phone',
    id: keeper.newId<DeviceId>(),
    tenant: person.tenant,
    site: person.site,
    person: person.id,
    name: name.value,
    sipName,
    algorithm: wanted.algorithm ?? 'md5',
    srtp: wanted.srtp ?? 'off',
    ha1: digestHa1(sipName, person.tenant, password),
    createdAt: keeper.now(),
  }
  return ok({ device, password })
}

/** 101, then 101-2, 101-3 … */
function freeSipName(directory: Directory, extension: string): string {
  if (!directory.bySipName.has(extension)) return extension
  let number = 2
  while (directory.bySipName.has(`${extension}-${number}`)) number += 1
  return `${extension}-${number}`
}

export async function browserDevice(
  keeper: Keeper,
  session: Session,
): Promise<Result<BrowserDevice, AccountsError>> {
  for (let tries = 0; tries < NAME_TRIES_MAX; tries += 1) {
    const directory = keeper.directoryOf(session.tenant)
    const person = directory?.byPerson.get(session.person)
    if (!directory || !person) return refuse('unknown-person')
    const known = directory.bySession.get(session.id)
    if (known?.kind === 'browser') return ok(known)
    const suffix = clearText(keeper.ports.randomBytes(BROWSER_NAME_RANDOM_CHARS))
    const device: BrowserDevice = {
      kind: 'browser',
      id: keeper.newId<DeviceId>(),
      tenant: person.tenant,
      site: person.site,
      person: person.id,
      name: BROWSER_NAME,
      sipName: `${person.extension}-b-${suffix}`,
      session: session.id,
      createdAt: keeper.now(),
    }
    const applied = await keeper.apply([{ type: 'putDevice', device }])
    if (applied === 'committed') return ok(device)
    if (applied === 'not-stored') return refuse('not-stored')
    // The name is taken, or another request of this session was quicker: look again.
  }
  return refuse('conflict')
}

/** What may be changed of a phone. */
export interface PhoneChange {
  readonly name?: string
  readonly srtp?: SrtpMode
}

export function changePhone(
  keeper: Keeper,
  actor: Actor,
  id: DeviceId,
  change: PhoneChange,
): Promise<Result<Phone, AccountsError>> {
  return keeper.inTurn(async () => {
    const known = keeper.directoryOf(actor.tenant)?.byDevice.get(id)
    if (known?.kind !== 'phone') return refuse('unknown-device')
    if (!keeper.mayActFor(actor, known.person)) return refuse('not-allowed')
    const name = readName(change.name ?? known.name)
    if (!name.ok) return refuse(name.error)
    const device: Phone = { ...known, name: name.value, srtp: change.srtp ?? known.srtp }
    const audit = keeper.audit(actor, 'phone-changed', id, { name: device.name, srtp: device.srtp })
    return keeper.commit([{ type: 'putDevice', device }, audit], device)
  })
}

export async function removeDevice(
  keeper: Keeper,
  actor: Actor,
  id: DeviceId,
): Promise<Result<void, AccountsError>> {
  const device = keeper.directoryOf(actor.tenant)?.byDevice.get(id)
  if (!device) return refuse('unknown-device')
  if (!keeper.mayActFor(actor, device.person)) return refuse('not-allowed')
  const audit = keeper.audit(actor, 'device-removed', id, { sipName: device.sipName, name: device.name })
  return keeper.commit([{ type: 'removeDevice', tenant: device.tenant, device: id }, audit], undefined)
}

export function voidSecrets(
  keeper: Keeper,
  actor: Actor,
  ids: readonly DeviceId[],
): Promise<Result<void, AccountsError>> {
  return keeper.inTurn(async () => {
    if (!keeper.isAdmin(actor)) return refuse('not-allowed')
    const { byDevice } = keeper.directoryOf(actor.tenant) ?? { byDevice: undefined }
    const changes = ids.flatMap((id): Change[] => {
      const device = byDevice?.get(id)
      if (device === undefined) return []
      if (device.kind === 'browser') return [{ type: 'removeSession', session: device.session }]
      const password = newSipPassword(keeper.ports.randomBytes)
      return [
        { type: 'putDevice', device: { ...device, ha1: digestHa1(device.sipName, device.tenant, password) } },
      ]
    })
    if (changes.length === 0) return ok(undefined)
    const audit = keeper.audit(actor, 'secrets-voided', '', { devices: String(changes.length) })
    return keeper.commit([...changes, audit], undefined)
  })
}
