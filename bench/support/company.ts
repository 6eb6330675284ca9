// A large company, written into a stopped product's database by the store's own functions: people with a desk
// phone each, all registered. They look like those that the product made itself.
import { createHash, randomFillSync } from 'node:crypto'
import type { Change, Person, Phone } from '@rufwerk/accounts'
import { createLog, createRandomPool, type DeviceId, type PersonId, randomId, wallTime } from '@rufwerk/core'
import { openStore, type Store, type StoredBinding } from '@rufwerk/store'
import type { SipUser } from './sipp.ts'

/** People in one transaction. */
const AT_ONCE = 500
const FIRST_EXTENSION = 200_000
const REGISTERED_MS = 86_400_000
const PASSWORD = 'bench-password'

/** Adds people until there are `count` registered phones; returns the new phones' credentials. */
export async function fillCompany(data: string, count: number): Promise<SipUser[]> {
  const log = createLog('error', (line) => void process.stderr.write(line), Date.now)
  const opened = await openStore({ dataDir: data, log })
  if (!opened.ok) throw new Error(opened.error.message)
  try {
    return await fill(opened.value, count)
  } finally {
    await opened.value.close()
  }
}

async function fill(store: Store, count: number): Promise<SipUser[]> {
  const [roster] = await store.accounts.rosters()
  const bindings = await store.bindings.loadBindings(wallTime(Date.now()))
  const sample = bindings[0]
  const phone = roster?.devices.find((device) => device.id === sample?.device)
  const person = roster?.people.find(({ id }) => id === phone?.person)
  if (sample === undefined || person === undefined || phone?.kind !== 'phone')
    throw new Error('no phone is registered that others could be like')
  const random = createRandomPool(randomFillSync)
  const users: SipUser[] = []
  const missing = count - bindings.length
  while (users.length < missing) {
    const changes: Change[] = []
    const size = Math.min(AT_ONCE, missing - users.length)
    for (let at = 0; at < size; at += 1) {
      const extension = String(FIRST_EXTENSION + users.length)
      const added = personLike(person, phone, extension, random)
      changes.push({ type: 'putPerson', person: added.person }, { type: 'putDevice', device: added.phone })
      store.bindings.saveBinding(bindingLike(sample, phone.sipName, added.phone))
      users.push({ name: extension, password: PASSWORD })
    }
    if ((await store.accounts.apply(changes)) !== 'committed') throw new Error('people could not be stored')
    if (!(await store.bindings.committed())) throw new Error('registrations could not be stored')
  }
  return users
}

function personLike(
  person: Person,
  phone: Phone,
  extension: string,
  random: (size: number) => Uint8Array,
): { readonly person: Person; readonly phone: Phone } {
  const { email: _, ...rest } = person
  const id = randomId(random) as PersonId
  const hash = (algorithm: string): string =>
    createHash(algorithm).update(`${extension}:${person.tenant}:${PASSWORD}`).digest('hex')
  return {
    person: { ...rest, id, name: `User ${extension}`, extension },
    phone: {
      ...phone,
      id: randomId(random) as DeviceId,
      person: id,
      sipName: extension,
      ha1: { md5: hash('md5'), sha256: hash('sha256') },
    },
  }
}

/** The same contact under another name, registered for a day. */
function bindingLike(sample: StoredBinding, sampleName: string, phone: Phone): StoredBinding {
  const renamed = (text: string): string => text.replaceAll(`sip:${sampleName}@`, `sip:${phone.sipName}@`)
  return {
    ...sample,
    device: phone.id,
    binding: renamed(sample.binding),
    expiresAt: wallTime(Date.now() + REGISTERED_MS),
    state: renamed(sample.state),
  }
}
