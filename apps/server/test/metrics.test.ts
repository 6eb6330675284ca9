// The metrics are what docs/metrics.md says, in the format of Prometheus; every named limit is among them.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { minutes } from '@rufwerk/core'
import { ExchangeRig } from '@rufwerk/testing'
import { writeMetrics } from '../src/ops/metric-text.ts'
import { LIMITS_OF, metricsOf, metricsText } from '../src/ops/metrics.ts'
import { sampleFigures } from './support/figures.ts'

const documentation = readFileSync(join(import.meta.dirname, '../../../docs/metrics.md'), 'utf8')
const rows = documentation.split('\n').filter((line) => line.startsWith('| '))
const names = new Set(metricsOf(sampleFigures()).map(({ name }) => name))

test('the documentation lists every metric with its type, and no other', () => {
  const written = metricsOf(sampleFigures()).map(({ name, type }) => `\`${name}\` | ${type}`)
  const listed = rows.flatMap((row) => /^\| (`[a-z_]+` \| (?:counter|gauge)) \|/.exec(row)?.[1] ?? [])
  assert.deepEqual(listed.toSorted(), written.toSorted())
})

test('every named limit has its value, and a row that says where it is seen', () => {
  const text = metricsText(sampleFigures())
  for (const [part, limits] of Object.entries(LIMITS_OF)) {
    for (const [limit, value] of Object.entries(limits)) {
      assert.ok(text.includes(`rufwerk_limit{part="${part}",name="${limit}"} ${value}\n`), limit)
      const row = rows.filter((line) => line.startsWith(`| ${part} | `) && line.includes(`\`${limit}\``))
      assert.equal(row.length, 1, `${part} ${limit} stands in docs/metrics.md once`)
      const seenIn = /`([a-z_]+)` \|$/.exec(row[0] ?? '')?.[1]
      if (seenIn !== undefined) assert.ok(names.has(seenIn), seenIn)
    }
  }
})

test('contacts are counted once each, whatever else is known of them', async () => {
  const rig = new ExchangeRig()
  await rig.registered('100')
  rig.addDevice('101')
  const phone = rig.addPhone('p101')
  rig.network.putBehindNat(phone.options.at, '203.0.113.7', minutes(1))
  phone.register()
  await rig.clock.pass(200)
  const { userAgent } = rig
  const text = metricsText({
    ...sampleFigures(),
    legs: { counts: userAgent.counts(), sizes: userAgent.sizes() },
  })
  assert.match(text, /^rufwerk_sip_bindings 2$/m)
  assert.match(text, /^rufwerk_sip_kept_alive 1$/m)
})

test('names and lines follow the conventions of Prometheus', () => {
  const metrics = metricsOf(sampleFigures())
  assert.equal(names.size, metrics.length, 'No name twice.')
  for (const { name, type, help } of metrics) {
    assert.match(name, /^(rufwerk|process)_[a-z_]+$/)
    assert.equal(name.endsWith('_total'), type === 'counter', name)
    assert.ok(help.endsWith('.'), name)
  }
  for (const line of metricsText(sampleFigures()).trimEnd().split('\n'))
    assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"\n]*",?)+\})? -?[0-9.e+-]+)$/)
})

test('labels and help are escaped; what is no number is written as such', () => {
  const text = writeMetrics([
    {
      name: 'a',
      help: 'b\\\nc',
      type: 'gauge',
      samples: [
        { labels: { d: 'e"f\\g\nh' }, value: Number.NaN },
        { value: Number.POSITIVE_INFINITY },
        { value: Number.NEGATIVE_INFINITY },
      ],
    },
  ])
  assert.equal(text, '# HELP a b\\\\\\nc\n# TYPE a gauge\na{d="e\\"f\\\\g\\nh"} NaN\na +Inf\na -Inf\n')
})

test('without a tenant, certificate, known disk or media process these metrics are absent', () => {
  const { legs: _, certificateDays: __, diskFreeBytes: ___, ...all } = sampleFigures()
  const { engine: ____, ...media } = all.media
  const rest = { ...all, media }
  const text = metricsText(rest)
  for (const absent of ['rufwerk_sip_', 'rufwerk_certificate', 'rufwerk_disk', 'rufwerk_media_engine'])
    assert.ok(!text.includes(`TYPE ${absent}`), absent)
})
