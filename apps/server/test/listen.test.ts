// Where phones are told to register.
import assert from 'node:assert/strict'
import test from 'node:test'
import { phoneServer } from '../src/listen.ts'

const PORTS = { port: 5060, tlsPort: 5061 }

test('phones are sent to a private address before loopback, and to IPv4 before IPv6', () => {
  const best = (...addresses: string[]) => phoneServer({ addresses, tlsAddresses: [] }, PORTS).server
  assert.equal(best('127.0.0.1', '::1', 'fd00::1', '192.168.1.5'), '192.168.1.5')
  assert.equal(best('::1', 'fd00::1', '127.0.0.1'), 'fd00::1')
  assert.equal(best('::1', '127.0.0.1'), '127.0.0.1')
})

test('the port for TLS is told where that address listens with TLS, and only there', () => {
  const addresses = ['127.0.0.1', '192.168.1.5']
  const at = (tlsAddresses: string[]) => phoneServer({ addresses, tlsAddresses }, PORTS)
  assert.deepEqual(at(addresses), { server: '192.168.1.5', port: 5060, tlsPort: 5061 })
  assert.deepEqual(at(['127.0.0.1']), { server: '192.168.1.5', port: 5060 })
})
