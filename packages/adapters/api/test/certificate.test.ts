// The certificate that devices must trust, and proofs for an ACME authority.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createApi } from '@rufwerk/api'
import { Certificate } from '@rufwerk/contract'
import { ELSEWHERE, openOffice, openStaffedOffice } from './office.ts'

const PROOF = '/.well-known/acme-challenge/known'

test('whoever asks learns the certificate and its authority', async () => {
  const office = await openStaffedOffice()
  const answer = Certificate.parse(await (await office.ask('GET', '/api/v1/certificate')).json())
  assert.deepEqual(answer.names, ['pbx.lan', '192.0.2.1'])
  assert.equal(answer.authority?.fingerprint, 'EF:01')
  const der = await office.ask('GET', '/rufwerk-ca.crt')
  assert.equal(der.headers.get('content-type'), 'application/x-x509-ca-cert')
  assert.deepEqual([...new Uint8Array(await der.arrayBuffer())], [0x30, 0x82])
  assert.match(await (await office.ask('GET', '/rufwerk-ca.pem')).text(), /BEGIN CERTIFICATE/)
})

test('an authority of others is not offered, and without TLS there is nothing to trust', async () => {
  const { ports } = await openStaffedOffice()
  const state = ports.certificates?.state()
  assert.ok(ports.certificates && state)
  const bought = { ...ports.certificates, state: () => ({ ...state, source: 'acme' as const }) }
  const request = new Request('http://localhost:8080/api/v1/certificate', { headers: { host: 'localhost' } })
  const peer = { address: '127.0.0.1', isSecure: false }
  const withBought = await createApi({ ...ports, certificates: bought }).fetch(request, peer)
  assert.equal(Certificate.parse(await withBought.json()).authority, undefined)
  const { certificates: _, ...without } = ports
  assert.equal((await createApi(without).fetch(request, peer)).status, 404)
})

test('an ACME authority finds its proof from anywhere before the setup, and nothing else', async () => {
  const office = await openOffice()
  const far = { peer: ELSEWHERE, headers: { host: 'pbx.example' } }
  const proof = await office.ask('GET', PROOF, far)
  assert.deepEqual([proof.status, await proof.text()], [200, 'known.proof'])
  assert.equal((await office.ask('GET', `${PROOF}n`, far)).status, 403)
  assert.equal((await office.ask('GET', '/rufwerk-ca.crt', far)).status, 403)
})
