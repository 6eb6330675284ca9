import assert from 'node:assert/strict'
import test from 'node:test'
import { createLog } from '@rufwerk/core'

function collect(level: 'debug' | 'info' | 'warn' | 'error'): {
  lines: string[]
  log: ReturnType<typeof createLog>
} {
  const lines: string[] = []
  return {
    lines,
    log: createLog(
      level,
      (line) => lines.push(line),
      () => 0,
    ),
  }
}

test('a line has time, level, event and fields', () => {
  const { lines, log } = collect('info')
  log.warn('phone refused', { address: '192.0.2.7', count: 3, reason: undefined })
  assert.deepEqual(lines, [
    '1970-01-01T00:00:00.000Z warn phone refused address=192.0.2.7 count=3 reason=undefined\n',
  ])
})

test('below the least level nothing is written', () => {
  const { lines, log } = collect('warn')
  log.info('quiet')
  log.debug('quieter')
  log.error('loud')
  assert.equal(lines.length, 1)
})

test('a field cannot forge a second line, and is cut', () => {
  const { lines, log } = collect('info')
  log.info('from outside', { name: 'a\n1970 error forged', long: 'x'.repeat(1000) })
  assert.equal(lines[0]?.split('\n').length, 2)
  assert.ok((lines[0]?.length ?? 0) < 700)
})
