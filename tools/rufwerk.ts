// npm run rufwerk: the interface of the administrator as a command line. It knows no command by itself: the
// server that runs tells which there are. Exit code 1: refused or failed, 2: wrong command, 3: no
// server, 4: evidence that is unchanged, but nobody said which key is right.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bodyOf, commandOf, fieldsOf, flagOf, readWish, type Wish } from './rufwerk/arguments.ts'
import { carryOutAudit, readAuditWish } from './rufwerk/audit.ts'
import { type Answered, ask } from './rufwerk/connection.ts'
import { carryOutDrill, readDrillWish } from './rufwerk/drill/index.ts'
import { firewallRules, readFirewallRules } from './rufwerk/egress.ts'
import { carryOutEvidence, readEvidenceWish } from './rufwerk/evidence.ts'
import { carryOutExposure, readExposureWish } from './rufwerk/exposure/index.ts'
import { type Command, commandsOf, type OpenApi, readOperations } from './rufwerk/operations.ts'
import { withoutSecrets, writeAnswer } from './rufwerk/print.ts'
import { carryOutRestore, readRestore } from './rufwerk/restore.ts'
import { sweepJson, sweepLines } from './rufwerk/sweep/report.ts'
import { carryOutSweep, exitCodeOf, readSweepWish } from './rufwerk/sweep.ts'
import { type Language, type Refusal, tell, tellMistake, tellRefusal, USAGE } from './rufwerk/words.ts'
import { endLike, runInForeground } from './setup/launch.mjs'

const EXIT = { refused: 1, wrong: 2, noServer: 3, ownKey: 4 } as const
const SOCKET = 'rufwerk.sock'
const API = '/api/v1'

const projectFolder = dirname(dirname(fileURLToPath(import.meta.url)))
const currentFolder = process.env.INIT_CWD ?? process.cwd()
const [first, ...others] = process.argv.slice(2)
if (first === 'guard') {
  const start = join(import.meta.dirname, 'start.mjs')
  endLike(await runInForeground(process.execPath, [start, '--guard', ...others], { cwd: currentFolder }))
}
const { args: typed, flags } = ownFlags(process.argv.slice(2))
/** `backup` is the short word for making one. */
const args = typed[0] === 'backup' ? ['backups', 'add', ...typed.slice(1)] : typed
const language = languageOf(flags.get('language'), process.env)
const dataFolder =
  flags.get('data') === undefined
    ? resolve(projectFolder, flags.has('demo') ? 'data-demo' : 'data')
    : resolve(currentFolder, flags.get('data') ?? '')
const output = flags.get('output')

const restore = readRestore(args, { current: currentFolder, dataDir: dataFolder })
if (restore !== undefined && !flags.has('help')) {
  const { isDone, sentence } = await carryOutRestore(restore, language)
  if (!isDone) end(sentence, EXIT.refused)
  process.stdout.write(`${sentence}\n`)
  process.exit(0)
}
const auditWish = readAuditWish(args, currentFolder)
if (auditWish !== undefined && !flags.has('help')) {
  const { isGood, lines } = await carryOutAudit(auditWish, language)
  process.stdout.write(`${lines.join('\n')}\n`)
  process.exit(isGood ? 0 : EXIT.refused)
}
const evidenceWish = readEvidenceWish(args, currentFolder, flags.has('json'))
if (evidenceWish !== undefined && !flags.has('help')) {
  const { isGood, isKnownKey, lines } = carryOutEvidence(evidenceWish, language)
  process.stdout.write(`${lines.join('\n')}\n`)
  process.exit(isGood && isKnownKey ? 0 : isGood ? EXIT.ownKey : EXIT.refused)
}
const sweepWish = flags.has('help') ? undefined : readSweepWish(args, currentFolder, language)
if (sweepWish !== undefined) {
  if ('sentence' in sweepWish) end(sweepWish.sentence, EXIT.wrong)
  const swept = await carryOutSweep(sweepWish)
  const text = flags.has('json') ? sweepJson(swept) : sweepLines(swept, language).join('\n')
  await new Promise((done) => process.stdout.write(`${text}\n`, done))
  process.exit(exitCodeOf(swept))
}
const drillWish = flags.has('help') ? undefined : readDrillWish(args, language, flags.has('json'))
if (drillWish !== undefined) {
  if ('sentence' in drillWish) end(drillWish.sentence, EXIT.wrong)
  // Before it plays: a file that is there already is not written over.
  const file = output === undefined ? undefined : openNew(resolve(currentFolder, output))
  const { isGood, text } = await carryOutDrill(drillWish, language, new Date())
  writeSync(file ?? process.stdout.fd, `${text}\n`)
  process.exit(isGood ? 0 : EXIT.refused)
}
const exposureWish = readExposureWish(args, currentFolder, flags.has('json'))
if (exposureWish !== undefined && !flags.has('help')) {
  if ('code' in exposureWish) end(tellMistake(exposureWish, language), EXIT.wrong)
  const { exit, lines, remarks } = carryOutExposure(exposureWish, language)
  process.stderr.write(remarks.map((line) => `${line}\n`).join(''))
  await new Promise((done) => process.stdout.write(lines.map((line) => `${line}\n`).join(''), done))
  process.exit(exit)
}
const firewall = flags.has('help') ? undefined : readFirewallRules(args)
if (firewall !== undefined) {
  const view = await askServer({ method: 'GET', path: `${API}/egress` }).catch(explain)
  if (view.status >= 300) refuse(view)
  const rules = await firewallRules(firewall, JSON.parse(view.text))
  if (rules === undefined) end(tell('no-user', language, firewall.user), EXIT.wrong)
  writeSync(output === undefined ? process.stdout.fd : openNew(resolve(currentFolder, output)), rules)
  process.exit(0)
}
const document = await askServer({ method: 'GET', path: `${API}/openapi.json` }).catch(explain)
const commands = commandsOf(readOperations(JSON.parse(document.text) as OpenApi))
if (flags.has('help') || args.length === 0) {
  process.stdout.write(`${helpOf(args.length === 0 ? undefined : commandOf(args, commands))}\n`)
  process.exit(0)
}
const wish = readWish(args, commands)
if ('code' in wish) end(tellMistake(wish, language), EXIT.wrong)
await carryOut(wish)

async function carryOut(wish: Wish): Promise<void> {
  const { operation, id, query } = wish
  const path = operation.path.replace('{id}', id ?? '')
  const search = query.length > 0 ? `?${new URLSearchParams(query.map(([a, b]) => [a, b]))}` : ''
  const body = operation.isUpload
    ? readBytes(wish.bodyFile)
    : operation.body && (await withVersion(wish, bodyOf(wish, readBody(wish.bodyFile))))
  const isBinary = operation.file !== undefined && !operation.file.startsWith('text/')
  if (isBinary && output === undefined && process.stdout.isTTY) end(tell('is-file', language), EXIT.wrong)
  const file = output === undefined ? undefined : openNew(resolve(currentFolder, output))
  const onPiece = (piece: Uint8Array): void => {
    for (let at = 0; at < piece.length; ) at += writeSync(file ?? process.stdout.fd, piece, at)
  }
  const asked = { method: operation.method, path: `${path}${search}`, onPiece }
  const answer = await askServer({ ...asked, ...(body !== undefined && { body }) }).catch(explain)
  if (answer.status >= 300) refuse(answer)
  if (answer.fileName === undefined) show(answer.text, operation.secrets, file)
  if (file !== undefined) {
    closeSync(file)
    process.stderr.write(`${tell('written', language, output)}\n`)
  }
}

/** What a change is based on, when nobody says it: the version that is in force. */
async function withVersion({ operation }: Wish, body: unknown): Promise<unknown> {
  const isAsked = operation.body?.some((field) => field.name === 'expected' && field.isRequired)
  if (!isAsked || typeof body !== 'object' || body === null || 'expected' in body) return body
  const [, , , resource = ''] = operation.path.split('/')
  const answer = await askServer({ method: 'GET', path: `${API}/${resource}` }).catch(explain)
  if (answer.status >= 300) refuse(answer)
  const { version } = JSON.parse(answer.text) as { readonly version?: unknown }
  return { ...body, expected: version }
}

function show(text: string, secrets: ReadonlySet<string>, file: number | undefined): void {
  if (text === '') {
    if (!flags.has('json')) process.stdout.write(`${tell('done', language)}\n`)
    return
  }
  const whole: unknown = JSON.parse(text)
  if (file !== undefined) {
    writeSync(file, `${JSON.stringify(whole, undefined, 2)}\n`)
    return
  }
  const shown = withoutSecrets(whole, secrets, tell('hidden', language))
  process.stdout.write(flags.has('json') ? `${JSON.stringify(shown, undefined, 2)}\n` : writeAnswer(shown))
}

function askServer(asked: Parameters<typeof ask>[1]): Promise<Answered> {
  return ask(join(dataFolder, SOCKET), asked)
}

function explain(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ECONNREFUSED')
    end(tell('no-server', language, dataFolder), EXIT.noServer)
  if (code === 'EACCES') end(tell('not-allowed', language, dataFolder), EXIT.refused)
  end(tell('not-answered', language, String(error)), EXIT.refused)
}

function refuse({ text, status }: Answered): never {
  let refusal: Refusal = { code: String(status), message: `HTTP ${status}` }
  try {
    refusal = (JSON.parse(text) as { readonly error: Refusal }).error
  } catch {
    // Whatever answered there is not our interface: its status says enough.
  }
  if (flags.has('json')) process.stdout.write(`${JSON.stringify({ error: refusal }, undefined, 2)}\n`)
  end(tellRefusal(refusal, language), EXIT.refused)
}

function readBody(name: string | undefined): unknown {
  if (name === undefined) return undefined
  const text = readBytes(name).toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    return end(tell('not-json', language, name), EXIT.wrong)
  }
}

/** Of standard input for `-`. */
function readBytes(name = '-'): Buffer {
  try {
    return readFileSync(name === '-' ? 0 : resolve(currentFolder, name))
  } catch {
    return end(tell('not-readable', language, name), EXIT.wrong)
  }
}

/** Never over another file, and for nobody else to read. */
function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch {
    return end(tell('not-writable', language, path), EXIT.wrong)
  }
}

function helpOf(command: Command | undefined): string {
  if (command === undefined) {
    const lines = commands
      .filter(({ isFirst }) => isFirst)
      .map(({ words, operation }) => {
        const isFile = operation.isUpload || operation.body?.some(({ type }) => type === 'other')
        const file = isFile ? ' FILE' : ''
        const said = `${words.join(' ')}${operation.hasId ? ' ID' : ''}${file}`
        return `  ${said.padEnd(34)}${operation.summary}`
      })
    return `${USAGE[language]}\n\n${lines.toSorted().join('\n')}`
  }
  const { words, operation } = command
  const fields = fieldsOf(operation).map(({ name, choices, text = '', isRequired, type }) => {
    const value = type === 'boolean' ? '' : ` ${choices?.join('|') ?? type}`
    return `  ${`--${flagOf(name)}${value}${isRequired ? ' *' : ''}`.padEnd(34)}${text}`
  })
  return [`${words.join(' ')}${operation.hasId ? ' ID' : ''}: ${operation.summary}`, ...fields].join('\n')
}

function ownFlags(all: readonly string[]) {
  const flags = new Map<string, string>()
  const args: string[] = []
  for (let at = 0; at < all.length; at += 1) {
    const word = all[at] ?? ''
    const match = /^--(json|demo|help|data|output|language)(?:=(.*))?$/s.exec(word)
    if (match === null) args.push(word)
    else if (/^--(json|demo|help)/.test(word)) flags.set(match[1] ?? '', '')
    else flags.set(match[1] ?? '', match[2] ?? all[++at] ?? '')
  }
  return { args, flags }
}

/** As POSIX says: LC_ALL before LC_MESSAGES before LANG. */
function languageOf(wanted: string | undefined, env: NodeJS.ProcessEnv): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  const ofTerminal = locale.toLowerCase().startsWith('de') ? 'de' : 'en'
  if (wanted === undefined || wanted === 'de' || wanted === 'en') return wanted ?? ofTerminal
  return end(tell('language-wrong', ofTerminal), EXIT.wrong)
}

function end(message: string, exitCode: number): never {
  process.stderr.write(`rufwerk: ${message}\n`)
  process.exit(exitCode)
}
