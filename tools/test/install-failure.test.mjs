// Each way an installation fails has its own sentence.
import assert from 'node:assert/strict'
import test from 'node:test'
import { explainFailure } from '../setup/install-failure.mjs'

const rows = [
  ['npm error code ENOTFOUND', /No package registry could be reached/],
  ['npm ERR! code ECONNREFUSED', /Behind a proxy/],
  ['npm error code SELF_SIGNED_CERT_IN_CHAIN', /cafile/],
  ['npm error code E407', /name and password/],
  ['npm error code E403', /refused access/],
  ['npm error code ENOSPC', /disk is full/],
  ['npm error code EACCES', /cannot be written/],
  ['npm error code EINTEGRITY', /Nothing was installed/],
  ['npm error code EUSAGE', /restore both from git/],
]
for (const [output, expected] of rows) test(output, () => assert.match(explainFailure(output, 1), expected))

test('an unknown failure shows what npm said', () => {
  assert.match(
    explainFailure('npm http x\nnpm error something odd\n', 1),
    /npm ended with 1.*\n.*something odd/s,
  )
})
