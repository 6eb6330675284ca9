import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AllowedVersions, isStopped, type Judgement, judge } from '../src/policy.ts'

const POLICY: AllowedVersions = {
  ...{ id: 'p', product: 'Some Phone', platform: 'windows', ranges: ['>=2.0|<3.0', '1.9.9'] },
  ...{ mode: 'enforce', stopsUnknown: false },
}

test('QRT-P1 versions of a product on a system: allowed, forbidden, unknown, or not covered', () => {
  const rows: readonly [
    product: string,
    platform: 'windows' | 'macos' | undefined,
    version: string | undefined,
    Judgement,
  ][] = [
    ['Some Phone', 'windows', '2.1', 'allowed'],
    ['some phone', 'windows', 'v2.0.0', 'allowed'],
    ['Some Phone', 'windows', '1.9.9', 'allowed'],
    ['Some Phone', 'windows', '1.9.8', 'forbidden'],
    ['Some Phone', 'windows', '3.0', 'forbidden'],
    ['Some Phone', 'macos', '1.0', 'not-covered'],
    ['Some Phone', undefined, '2.1', 'unknown'],
    ['Some Phone', 'windows', undefined, 'unknown'],
    ['Some Phone', 'windows', '<b>2.1</b>', 'unknown'],
    ['Other', 'windows', '1.0', 'not-covered'],
  ]
  for (const [product, platform, version, judgement] of rows) {
    const client = { product, ...(platform && { platform }), ...(version !== undefined && { version }) }
    assert.equal(judge(POLICY, client), judgement, `${product} ${platform} ${version}`)
  }
  assert.equal(
    judge(
      { ...POLICY, ranges: ['vers:nothing/>=1'] },
      { product: 'Some Phone', platform: 'windows', version: '2' },
    ),
    'unknown',
  )
})

test('QRT-P2 only what is enforced stops, and the unknown only where the policy says so', () => {
  const stops = (policy: AllowedVersions) =>
    (['allowed', 'forbidden', 'unknown', 'not-covered'] as const).filter((judgement) =>
      isStopped(policy, judgement),
    )
  assert.deepEqual(stops(POLICY), ['forbidden'])
  assert.deepEqual(stops({ ...POLICY, stopsUnknown: true }), ['forbidden', 'unknown'])
  assert.deepEqual(stops({ ...POLICY, mode: 'watch', stopsUnknown: true }), [])
})
