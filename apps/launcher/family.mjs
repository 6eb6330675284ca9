// The processes that belong together: started together, each restarted on its own, ended in order, the server
// before the media process that it still needs. Only here a process that hangs is killed: the two processes
// notice each other's silence, too, but cut the stream between them only. Plain JavaScript for Node 20.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { CallsUp } from './calls-up.mjs'
import { readCpuTimes } from './cpu-wait.mjs'
import { Heartbeat, LOOK_INTERVAL_MS } from './heartbeat.mjs'
import { defer, prefer, preferThreads } from './priority.mjs'
import { RestartPolicy } from './restart-policy.mjs'
import { SPARE_VARIABLE, Spare } from './spare.mjs'

/** A configuration error, like a taken port: starting again would not help. */
const EXIT_CONFIGURATION = 2
/** How long both get for a clean end, and the server of it, so that media has some left. */
const STOP_MS_MAX = 5_000
const SERVER_STOP_MS_MAX = 4_000
/** V8's young generation has 4 MB instead of 16: 18 MB less of memory, and no more CPU. */
const NODE_FLAGS = [
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=4',
  `--import=${new URL('imports.mjs', import.meta.url).href}`,
  // Everything that connects asks it before.
  `--import=${new URL('../../packages/adapters/net/src/egress/preload.ts', import.meta.url).href}`,
]

/** Native code would not ask before it connects. The media process has some for the sound of browsers. */
const SERVER_FLAGS = ['--no-addons']

/** @typedef {'media' | 'server'} Name */
/** @type {readonly Name[]} */
const NAMES = ['media', 'server']
/** @typedef {import('node:child_process').ChildProcess} ChildProcess */
/**
 * @typedef {object} FamilyOptions
 * @property {string} node Path of the Node.js that runs both.
 * @property {string} projectFolder
 * @property {boolean} [isGuard] The defence alone: one process, without media.
 * @property {NodeJS.ProcessEnv} environment
 * @property {object | undefined} listener Descriptor 3 of the media process.
 * @property {number} [drainMs] How much longer the server may take, for the calls that go on.
 * @property {(code: number) => void} onEnd Called once, when none runs any more.
 */

export class Family {
  /** @type {FamilyOptions} */
  #options
  /** @type {Map<Name, ChildProcess>} */
  #running = new Map()
  #spares = { media: new Spare(), server: new Spare() }
  #policies = { media: new RestartPolicy(), server: new RestartPolicy() }
  /** Set once, by the first reason to stop. @type {number | undefined} */
  #exitCode

  /** @param {FamilyOptions} options */
  constructor(options) {
    this.#options = options
  }

  start() {
    if (this.#options.isGuard !== true) this.#start('media')
    this.#start('server')
  }

  /**
   * Ends both; `onEnd` follows. A second call asks the server again, which then waits no longer for calls.
   * @param {number} code @param {string} [message]
   */
  stop(code, message) {
    if (this.#exitCode !== undefined) {
      this.#running.get('server')?.kill('SIGTERM')
      return
    }
    this.#exitCode = code
    for (const name of NAMES) this.#spares[name].end()
    if (message) say(message)
    const drainMs = this.#options.drainMs ?? 0
    setTimeout(() => this.#running.get('server')?.kill('SIGKILL'), drainMs + SERVER_STOP_MS_MAX).unref()
    setTimeout(() => this.#running.get('media')?.kill('SIGKILL'), drainMs + STOP_MS_MAX).unref()
    this.#running.get('server')?.kill('SIGTERM')
    this.#goOnEnding()
  }

  /**
   * The process before has ended, or there was none: only now may another one listen.
   * @param {Name} name
   */
  #start(name) {
    const spare = this.#spares[name].take()
    preferThreads(spare?.pid)
    const child = spare ?? this.#spawn(name)
    this.#running.set(name, child)
    const watch = this.#watch(name, child)
    child.once('error', (error) => {
      clearInterval(watch)
      this.#running.delete(name)
      this.stop(1, `could not start ${name}: ${error.message}`)
    })
    child.once('exit', (code, signal) => {
      clearInterval(watch)
      this.#running.delete(name)
      this.#ended(name, code, signal)
    })
  }

  /**
   * @param {Name} name @param {NodeJS.ProcessEnv} [more]
   * @param {(pid: number | undefined) => unknown} [rank]
   */
  #spawn(name, more = {}, rank = prefer) {
    const { node, projectFolder, environment, listener, isGuard } = this.#options
    const script = join(projectFolder, 'apps', name, 'src', isGuard ? 'guard.ts' : 'main.ts')
    const hasListener = name === 'media' && listener !== undefined
    // Node passes a bound handle on like a socket; its types do not know that.
    /** @type {unknown} */
    const stdio = ['inherit', 'inherit', 'inherit', hasListener ? listener : 'ignore', 'ipc']
    const child = spawn(node, [...NODE_FLAGS, ...(name === 'server' ? SERVER_FLAGS : []), script], {
      cwd: projectFolder,
      env: {
        ...{ ...environment, [SPARE_VARIABLE]: undefined },
        ...(hasListener ? { RUFWERK_MEDIA_FD: '3' } : {}),
        ...more,
      },
      stdio: /** @type {import('node:child_process').StdioOptions} */ (stdio),
    })
    rank(child.pid)
    return child
  }

  /** @param {Name} name @param {ChildProcess} child */
  #watch(name, child) {
    const heartbeat = new Heartbeat(() => readCpuTimes(child.pid))
    /** From the end of its start on. @type {CallsUp | undefined} */
    let calls
    child.on('message', (message) => {
      if (message === 'ready') {
        heartbeat.ready()
        if (name === 'server') calls = new CallsUp()
      } else heartbeat.beat()
      if (this.#spares[name].dismiss(performance.now())) say(`${name} goes on; its spare is ended`)
      if (calls) this.#keepReady(calls.heard(message === 'busy', performance.now()))
    })
    return setInterval(() => {
      // A process that ends has its own time limit.
      if (this.#exitCode !== undefined) return
      if (heartbeat.look()) {
        say(`${name} hangs; killing it`)
        child.kill('SIGKILL')
      } else if (heartbeat.isLate()) this.#makeReady(name)
    }, LOOK_INTERVAL_MS)
  }

  /** @param {Name} name */
  #makeReady(name) {
    const spawnSpare = () => this.#spawn(name, { [SPARE_VARIABLE]: '1' })
    if (this.#spares[name].prepare(performance.now(), spawnSpare))
      say(`${name} is late; making a spare ready`)
  }

  /** @param {boolean} isWorth */
  #keepReady(isWorth) {
    if (this.#exitCode !== undefined) return
    for (const name of NAMES) {
      const spawnSpare = () => this.#spawn(name, { [SPARE_VARIABLE]: '1' }, defer)
      if (isWorth && this.#spares[name].keep(performance.now(), spawnSpare))
        say(`calls are up; keeping a spare of ${name} ready`)
      if (!isWorth && this.#spares[name].release()) say(`no calls; the spare of ${name} is ended`)
    }
  }

  /** @param {Name} name @param {number | null} code @param {string | null} signal */
  #ended(name, code, signal) {
    if (this.#exitCode !== undefined) return this.#goOnEnding()
    if (code === EXIT_CONFIGURATION) return this.stop(EXIT_CONFIGURATION)
    if (code === 0 && name === 'server') return this.stop(0)
    const pause = this.#policies[name].crashed(performance.now())
    // One that has a spare did not crash at its start.
    const pauseMs = pause !== undefined && this.#spares[name].isThere ? 0 : pause
    const what = `${name} ended unexpectedly (${signal ?? `code ${code}`})`
    if (pauseMs === undefined) return this.stop(1, `${what} again and again; giving up`)
    say(`${what}; starting it again in ${pauseMs} ms`)
    setTimeout(() => {
      if (this.#exitCode === undefined) this.#start(name)
    }, pauseMs)
  }

  #goOnEnding() {
    if (this.#exitCode === undefined || this.#running.has('server')) return
    const media = this.#running.get('media')
    if (media) media.kill('SIGTERM')
    else this.#options.onEnd(this.#exitCode)
  }
}

/** @param {string} message */
function say(message) {
  process.stderr.write(`rufwerk: ${message}\n`)
}
