// The addresses that phones are told, by flags and listeners.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TenantId, wallTime } from '@rufwerk/core'
import { EMPTY_DIAL_PLAN, type RoutingConfig } from '@rufwerk/routing'
import { provisioningPort } from '../../src/web/provisioning.ts'

const register = { server: '192.0.2.1', port: 5060, tlsPort: 5061 }
const parts = { register: () => register, configOf: () => undefined, wallTime: () => wallTime(0) }
const flags = { httpsPort: 8443, httpHost: '0.0.0.0', hostNames: [] }

test('without HTTPS there is none', () => {
  assert.equal(provisioningPort({ ...parts, flags: { httpHost: '127.0.0.1', hostNames: [] } }), undefined)
})

test('a name is preferred to an address, TLS to TCP', () => {
  const plain = provisioningPort({ ...parts, flags })
  assert.equal(plain?.folder, 'https://192.0.2.1:8443/provision/')
  assert.deepEqual(plain?.server, { host: '192.0.2.1', port: 5061, transport: 'tls' })
  const named = provisioningPort({ ...parts, flags: { ...flags, hostNames: ['pbx.example'] } })
  assert.equal(named?.folder, 'https://pbx.example:8443/provision/')
  assert.equal(named?.server.host, 'pbx.example')
  const without = provisioningPort({ ...parts, flags, register: () => ({ server: 'fd00::1', port: 5060 }) })
  assert.equal(without?.folder, 'https://[fd00::1]:8443/provision/')
  assert.deepEqual(without?.server, { host: 'fd00::1', port: 5060, transport: 'tcp' })
  const bound = provisioningPort({ ...parts, flags: { ...flags, httpHost: '192.0.2.9' } })
  assert.equal(bound?.folder, 'https://192.0.2.9:8443/provision/')
})

test('codes that the dial plan has are told, also those of a company without one, and no others', () => {
  const codesOf = (codes: readonly object[] | undefined) => {
    const config = codes && { dialPlan: { ...EMPTY_DIAL_PLAN, codes } }
    const configOf = () => config as unknown as RoutingConfig | undefined
    return provisioningPort({ ...parts, configOf, flags })?.codesOf('tenant-1' as TenantId)
  }
  assert.deepEqual(codesOf(undefined), { voicemail: '*97' })
  assert.deepEqual(codesOf([]), {})
  assert.deepEqual(codesOf([{ code: '*71', does: 'park' }]), { park: '*71' })
})
