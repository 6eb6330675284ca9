// npm run doctor: looks whether this machine and this installation are in order, while the server runs or is
// stopped, and says what to do. Takes the flags of npm start, and --json. Exit code 1 when there is a
// problem.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseFlags } from '../apps/launcher/flags.mjs'
import { checkData, isRunning } from './doctor/data-folder.ts'
import type { Finding } from './doctor/finding.ts'
import { checkInstallation } from './doctor/installation.ts'
import { checkNetwork } from './doctor/network.ts'
import { checkSystem } from './doctor/system.ts'

const EXIT_CONFIGURATION = 2
const MARK = {
  ok: { en: 'ok      ', de: 'gut     ' },
  warning: { en: 'warning ', de: 'Warnung ' },
  problem: { en: 'PROBLEM ', de: 'PROBLEM ' },
} as const

const projectFolder = dirname(dirname(fileURLToPath(import.meta.url)))
const args = process.argv.slice(2)
const isJson = args.includes('--json')
const parsed = parseFlags(
  args.filter((argument) => argument !== '--json'),
  { projectFolder, currentFolder: process.env.INIT_CWD ?? process.cwd() },
)
if (!parsed.ok || parsed.isHelp) {
  const usage = 'npm run doctor [-- FLAGS of npm start] [--json]'
  process.stderr.write(`${parsed.ok ? usage : parsed.message}\n`)
  process.exit(parsed.ok ? 0 : EXIT_CONFIGURATION)
}
const { flags } = parsed
const language = flags.language ?? languageOf(process.env)
const isUp = isRunning(flags.data)
const findings = [
  ...checkInstallation(projectFolder),
  ...checkData(flags.data),
  ...(await checkNetwork(flags, isUp)),
  ...(await checkSystem()),
]
if (isJson) process.stdout.write(`${JSON.stringify({ isRunning: isUp, findings }, undefined, 2)}\n`)
else process.stdout.write(findings.map(lineOf).join(''))
process.exitCode = findings.some(({ status }) => status === 'problem') ? 1 : 0

function lineOf({ status, text, advice }: Finding): string {
  const line = `${MARK[status][language]}${text[language]}\n`
  return advice === undefined ? line : `${line}        → ${advice[language]}\n`
}

/** As POSIX says: LC_ALL before LC_MESSAGES before LANG. */
function languageOf(env: NodeJS.ProcessEnv): 'de' | 'en' {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return locale.toLowerCase().startsWith('de') ? 'de' : 'en'
}
