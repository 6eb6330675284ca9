// The media process: builds the engine, listens for call control, and ends on a signal. Exports nothing.
import { randomFillSync } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createLog, createRandomPool, ms } from '@rufwerk/core'
import { closeWebRtc, createEngine, loadOpus } from '@rufwerk/engine'
import { ControlServer } from './control-server.ts'
import { attendLauncher, readyForLauncher, untilNeeded } from './launcher-link.ts'
import { readSettings } from './settings.ts'

/** A wrong setting or a taken control socket: starting again would not help. */
const EXIT_CONFIGURATION = 2
/** When the launcher dies, the server ends calls, for which it needs us, and stops. */
const SERVER_ENDS_MS_MAX = 3_000

function giveUp(message: string): never {
  process.stderr.write(`rufwerk media: ${message}\n`)
  process.exit(EXIT_CONFIGURATION)
}

const settings = readSettings(process.argv.slice(2), process.env)
if (!settings.ok) giveUp(settings.error)
const { control, mediaPorts, webrtcPort, relayPorts, promptsDir, logLevel, noRtpMs, unclaimedMs } =
  settings.value
const log = createLog(logLevel, (line) => void process.stderr.write(line), Date.now)
const randomBytes = createRandomPool(randomFillSync)
const custody = {
  ...(noRtpMs === undefined ? {} : { noRtpMax: ms(noRtpMs) }),
  ...(unclaimedMs === undefined ? {} : { unclaimedMax: ms(unclaimedMs) }),
}
const engine = createEngine({
  log,
  portRange: mediaPorts,
  webrtcPort,
  relayPorts,
  promptsDir,
  ownPromptsDir: settings.value.ownPromptsDir,
  recordingsDir: settings.value.recordingsDir,
  messagesDir: settings.value.messagesDir,
  randomBytes,
  custody,
})
const server = new ControlServer(engine, log)

function end(): void {
  server.close()
  engine.close()
  closeWebRtc()
  if ('path' in control) rmSync(control.path, { force: true })
  process.exit(0)
}

const hasLauncher = attendLauncher(() => {
  setTimeout(end, SERVER_ENDS_MS_MAX)
  server.whenDetached(end)
})
process.on('SIGTERM', end)
// Ctrl-C reaches every process of the terminal; the launcher says when it is our turn: after the server.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, hasLauncher ? () => {} : end)
const opus = await loadOpus()
await untilNeeded()
if ('path' in control) rmSync(control.path, { force: true }) // Of a media process that crashed.
await server
  .listen(control)
  .catch((error: Error) => giveUp(`cannot listen for call control: ${error.message}`))
readyForLauncher()
log.info('media.ready', { opus, ports: `${mediaPorts.low}-${mediaPorts.high}`, webrtcPort })
