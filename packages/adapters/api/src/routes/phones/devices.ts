// /devices: desk phones and browsers. Digest secrets never leave the accounts, save a new phone's password,
// once.
import type { Device as AccountsDevice } from '@rufwerk/accounts'
import {
  type Device,
  DeviceChange,
  DeviceCredentials,
  Devices,
  DevicesQuery,
  NewDevice,
} from '@rufwerk/contract'
import { type DeviceId, fail, ok, type PersonId } from '@rufwerk/core'
import { accountsRefusal } from '../../accounts-refusal.ts'
import type { ApiPorts, LivePort } from '../../ports.ts'
import { type Route, signedInRoute } from '../../route.ts'

export function devicesRoutes({ accounts, live, settings }: ApiPorts): readonly Route[] {
  return [
    signedInRoute({
      name: 'devices',
      method: 'get',
      path: '/devices',
      summary: 'The devices of the visitor, or of a person whom an admin names.',
      access: 'person',
      query: DevicesQuery,
      status: 200,
      answer: Devices,
      run: async ({ who, query }) => {
        const person = (query.person ?? who.person.id) as PersonId
        if (person !== who.person.id && who.person.role !== 'admin') return fail({ code: 'forbidden' })
        if (!who.directory.byPerson.has(person)) return fail({ code: 'not-found' })
        const devices = (who.directory.devicesOf.get(person) ?? []).map((device) => deviceView(device, live))
        return ok({ devices, phoneServer: settings.phoneServer })
      },
    }),
    signedInRoute({
      name: 'createPhone',
      method: 'post',
      path: '/devices',
      summary: 'Adds a desk phone or softphone, and answers what is typed into it.',
      access: 'person',
      body: NewDevice,
      status: 201,
      answer: DeviceCredentials,
      refusals: ['limit-reached'],
      run: async ({ who, body }) => {
        const person = (body.person ?? who.person.id) as PersonId
        const result = await accounts.createPhone(who.session, { person, name: body.name, srtp: body.srtp })
        if (!result.ok) return fail(accountsRefusal(result.error, { 'name-invalid': 'name' }))
        const { device, password } = result.value
        return ok({ id: device.id, sipName: device.sipName, password, ...settings.phoneServer })
      },
    }),
    signedInRoute({
      name: 'changePhone',
      method: 'put',
      path: '/devices/{id}',
      summary: 'Changes the name of a phone, or whether its sound is encrypted.',
      access: 'person',
      body: DeviceChange,
      status: 204,
      run: async ({ who, id, body }) => {
        const change = {
          srtp: body.srtp,
          ...(body.name !== undefined && { name: body.name }),
        }
        const result = await accounts.changePhone(who.session, id as DeviceId, change)
        return result.ok ? ok(undefined) : fail(accountsRefusal(result.error, { 'name-invalid': 'name' }))
      },
    }),
    signedInRoute({
      name: 'removeDevice',
      method: 'delete',
      path: '/devices/{id}',
      summary: 'Removes a device: it can no longer register, and its connections are closed.',
      access: 'person',
      status: 204,
      run: async ({ who, id }) => {
        const result = await accounts.removeDevice(who.session, id as DeviceId)
        return result.ok ? ok(undefined) : fail(accountsRefusal(result.error))
      },
    }),
  ]
}

function deviceView(device: AccountsDevice, live: LivePort): Device {
  const { id, kind, name, sipName, createdAt } = device
  const srtp = device.kind === 'phone' ? { srtp: device.srtp } : {}
  return { id, kind, name, sipName, ...srtp, createdAt, isRegistered: live.isRegistered(device.id) }
}
