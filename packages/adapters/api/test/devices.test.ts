// What a person is told about where phones register.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Certificate, DeviceCredentials, Devices } from '@rufwerk/contract'
import { openStaffedOffice, type Staffed } from './office.ts'

const NEW_PHONE = { kind: 'phone', name: 'Tisch' }

async function read(office: Staffed) {
  const as = office.admin.token
  const list = await office.ask('GET', '/api/v1/devices', { as })
  const created = await office.ask('POST', '/api/v1/devices', { as, body: NEW_PHONE })
  const certificate = await office.ask('GET', '/api/v1/certificate')
  return {
    list: Devices.parse(await list.json()).phoneServer,
    created: DeviceCredentials.parse(await created.json()),
    certificate: Certificate.parse(await certificate.json()),
  }
}

test('phones are told the port for TLS with the one without', async () => {
  const { list, created, certificate } = await read(await openStaffedOffice())
  assert.deepEqual(list, { server: '192.0.2.1', port: 5060, tlsPort: 5061 })
  assert.deepEqual([created.server, created.port, created.tlsPort], ['192.0.2.1', 5060, 5061])
  assert.equal(certificate.sipTlsPort, 5061)
})

test('where nothing listens with TLS, no port for it is told', async () => {
  const phoneServer = { server: '192.0.2.1', port: 5060 }
  const { list, created, certificate } = await read(await openStaffedOffice({ phoneServer }))
  assert.deepEqual(list, phoneServer)
  assert.equal(created.tlsPort, undefined)
  assert.equal(certificate.sipTlsPort, undefined)
})
