// The directories of accounts as the SIP side needs them. Looked at for every message, so what is derived
// from a directory is kept until the directory changes.
import type { Accounts, Device, Directory } from '@rufwerk/accounts'
import type { DeviceId } from '@rufwerk/core'
import type { DeviceCredentials, DevicePort } from '@rufwerk/legs'

export type RestrictionOf = (device: DeviceId) => DeviceCredentials['quarantine']

/** Devices by SIP name and by id. */
export function devicePort(accounts: Accounts, restrictionOf: RestrictionOf): DevicePort {
  const known = new WeakMap<Device, DeviceCredentials>()
  const restricted = (credentials: DeviceCredentials | undefined): DeviceCredentials | undefined => {
    const quarantine = credentials && restrictionOf(credentials.device)
    if (quarantine === undefined) return credentials
    const { secret, ...others } = credentials as DeviceCredentials
    // Once it is closed, what it proved itself with proves nothing.
    return { ...others, ...(secret && quarantine === 'emergency' && { secret }), quarantine }
  }
  const describe = (directory: Directory, device: Device | undefined): DeviceCredentials | undefined => {
    if (device === undefined) return undefined
    const before = known.get(device)
    const person = directory.byPerson.get(device.person)
    if (person === undefined) return undefined
    if (before !== undefined && before.name === person.name && before.extension === person.extension)
      return before
    const credentials = credentialsOf(directory, device, person)
    known.set(device, credentials)
    return credentials
  }
  return {
    bySipName: (sipName) => {
      for (const directory of accounts.directories()) {
        const device = directory.bySipName.get(sipName)
        if (device) return restricted(describe(directory, device))
      }
      return undefined
    },
    byId: (id: DeviceId) => {
      const directory = accounts.directoryOfDevice(id)
      return directory && restricted(describe(directory, directory.byDevice.get(id)))
    },
  }
}

function credentialsOf(
  directory: Directory,
  device: Device,
  person: { readonly extension: string; readonly name: string },
): DeviceCredentials {
  const { ha1, algorithm } =
    device.kind === 'phone' ? device : ({ ha1: undefined, algorithm: undefined } as const)
  return {
    device: device.id,
    tenant: device.tenant,
    person: device.person,
    extension: person.extension,
    name: person.name,
    sipName: device.sipName,
    kind: device.kind,
    country: directory.tenant.country,
    ...(device.kind === 'phone' ? { srtp: device.srtp } : {}),
    ...(ha1 && { secret: { algorithm, ha1: algorithm === 'md5' ? ha1.md5 : ha1.sha256 } }),
  }
}
