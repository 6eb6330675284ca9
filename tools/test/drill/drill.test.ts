// The drill as somebody types it; its twin, a list that nobody trusts, stops nobody, and the report says so.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { playDrill } from '../../rufwerk/drill/play.ts'
import { drillLines } from '../../rufwerk/drill/tell.ts'

const COMMAND = join(import.meta.dirname, '../..', 'run.mjs')
const PROGRAM = join(import.meta.dirname, '../..', 'rufwerk.ts')

function typed(cwd: string, ...args: string[]) {
  const env = { ...process.env, INIT_CWD: cwd }
  return spawnSync(process.execPath, [COMMAND, PROGRAM, 'drill', ...args], { encoding: 'utf8', env })
}

test('the story is played, and told in both languages and for programs', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-drill-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const told = typed(folder, 'supply-chain-2023', '--language', 'de')
  assert.equal(told.status, 0, told.stderr)
  assert.match(told.stdout, /19 von 19 gesperrt/)
  assert.match(told.stdout, /: 0 Anrufe kommen zustande/)
  assert.match(told.stdout, /Entfernt und geprüft: 22 von 22/)
  assert.doesNotMatch(told.stdout, /^!/m)
  const written = typed(folder, 'supply-chain-2023', '--clients', '100', '--json', '--output', 'report.json')
  assert.equal(written.status, 0, written.stderr)
  const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))
  assert.deepEqual([report.ok, report.clients, report.steps.length], [true, 100, 9])
  assert.equal(statSync(join(folder, 'report.json')).mode & 0o777, 0o600)
  assert.equal(typed(folder, 'supply-chain-2023', '--output', 'report.json').status, 2, 'it is there already')
})

test('a wrong command is told', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-drill-'))
  t.after(() => rmSync(folder, { recursive: true }))
  for (const args of [
    [],
    ['other'],
    ['supply-chain-2023', '--clients', '5'],
    ['supply-chain-2023', '--clients'],
  ])
    assert.equal(typed(folder, ...args).status, 2, args.join(' '))
})

test('where nobody trusts the issuer of the list, the report says that nobody was stopped', async () => {
  const steps = await playDrill({ clients: 100, isPinned: false })
  const failed = steps.filter(({ ok }) => !ok).map(({ id }) => id)
  // Evidence in which nobody is affected cannot be made to look better.
  assert.deepEqual(failed, ['list', 'stop', 'silent', 'corrected', 'removal', 'evidence'])
  const lines = drillLines({ at: '2026-01-01', ok: false, steps }, 'en')
  assert.ok(lines.some((line) => line.startsWith('!') && line.includes('24 calls go through')))
  assert.ok(lines.some((line) => line.startsWith('Not everything')))
})
