import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '../src/settings.ts'

const SOCKET = { RUFWERK_MEDIA_SOCKET: '/tmp/media.sock' }

test('without flags the defaults are those of npm start', () => {
  const settings = readSettings([], SOCKET)
  assert.ok(settings.ok)
  const { promptsDir, ...rest } = settings.value
  assert.deepEqual(rest, {
    control: { path: '/tmp/media.sock' },
    mediaPorts: { low: 16_000, high: 17_999 },
    webrtcPort: 18_000,
    logLevel: 'info',
    messagesDir: '/tmp/messages',
  })
  assert.match(promptsDir, /apps\/media\/prompts$/)
})

test('the flags of the launcher count, and arguments go before them', () => {
  const flags = {
    mediaPortFirst: 20_000,
    mediaPortLast: 20_099,
    webrtcPort: 19_000,
    logLevel: 'warn',
    data: '/x',
  }
  const environment = { RUFWERK_FLAGS: JSON.stringify(flags), RUFWERK_MEDIA_FD: '3' }
  const settings = readSettings(['--webrtc-port', '19500', '--prompts', '/p'], environment)
  assert.deepEqual(settings, {
    ok: true,
    value: {
      control: { fd: 3 },
      mediaPorts: { low: 20_000, high: 20_099 },
      webrtcPort: 19_500,
      promptsDir: '/p',
      ownPromptsDir: '/x/prompts',
      logLevel: 'warn',
      recordingsDir: '/x/recordings',
    },
  })
})

test('a wrong setting is one line that names it', () => {
  const rows: [string[], Record<string, string>, RegExp][] = [
    [[], {}, /RUFWERK_MEDIA_SOCKET/],
    [[], { ...SOCKET, RUFWERK_FLAGS: '{' }, /RUFWERK_FLAGS/],
    [['--media-ports', '20000'], SOCKET, /media-ports/],
    [['--media-ports', '20000-10000'], SOCKET, /media-ports/],
    [['--webrtc-port', '80'], SOCKET, /webrtc-port/],
    [['--log-level', 'loud'], SOCKET, /log-level/],
    [['--unclaimed-ms', '0'], SOCKET, /unclaimed-ms/],
    [['--no-rtp-ms', 'long'], SOCKET, /no-rtp-ms/],
    [['--nonsense'], SOCKET, /nonsense/],
  ]
  for (const [args, environment, why] of rows) {
    const settings = readSettings(args, environment)
    assert.ok(!settings.ok && why.test(settings.error), JSON.stringify(settings))
    assert.equal(settings.error.split('\n').length, 1)
  }
})

test('recordings have a folder only where one is named', () => {
  const folder = (args: string[]) => {
    const settings = readSettings(args, SOCKET)
    return settings.ok ? settings.value.recordingsDir : settings.error
  }
  assert.equal(folder([]), undefined)
  assert.equal(folder(['--recordings', '/r']), '/r')
})
