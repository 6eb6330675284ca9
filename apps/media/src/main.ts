// The media process: builds the engine, listens for call control, and ends on a signal. Exports nothing.
import { randomFillSync } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createLog, createRandomPool } from '@rufwerk/core'
import { closeWebRtc, createEngine, loadOpus } from '@rufwerk/engine'
import { ControlServer } from './control-server.ts'
import { readSettings } from './settings.ts'

/** A wrong setting or a taken control socket: starting again would not help. */
const EXIT_CONFIGURATION = 2

function giveUp(message: string): never {
  process.stderr.write(`rufwerk media: ${message}\n`)
  process.exit(EXIT_CONFIGURATION)
}

const settings = readSettings(process.argv.slice(2), process.env)
if (!settings.ok) giveUp(settings.error)
const { control, mediaPorts, webrtcPort, promptsDir, logLevel } = settings.value
const log = createLog(logLevel, (line) => void process.stderr.write(line), Date.now)
const randomBytes = createRandomPool(randomFillSync)
const engine = createEngine({ log, portRange: mediaPorts, webrtcPort, promptsDir, randomBytes })
const server = new ControlServer(engine, log)

function end(): void {
  server.close()
  engine.close()
  closeWebRtc()
  if ('path' in control) rmSync(control.path, { force: true })
  process.exit(0)
}

process.on('SIGTERM', end)
process.on('SIGINT', end)
process.on('SIGHUP', end)
const opus = await loadOpus()
if ('path' in control) rmSync(control.path, { force: true }) // Of a media process that crashed.
await server
  .listen(control)
  .catch((error: Error) => giveUp(`cannot listen for call control: ${error.message}`))
log.info('media.ready', { opus, ports: `${mediaPorts.low}-${mediaPorts.high}`, webrtcPort })
