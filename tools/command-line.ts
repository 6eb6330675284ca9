// The command lines of npm run bench, fuzz, promises and sim: --help says what there is and ends with 0; what
// is not known or has a wrong value is told in one line with what there is, and ends with 2.
import { type ParseArgsConfig, parseArgs } from 'node:util'

const EXIT_WRONG_FLAG = 2

type Options = NonNullable<ParseArgsConfig['options']>
export type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>['values']

export interface Command<O extends Options> {
  readonly name: string
  /** What --help prints. */
  readonly usage: string
  readonly options: O
}

/** Nothing to do but to print and to end. */
export interface Ending {
  readonly exitCode: number
  readonly text: string
}

/** `read` makes the wishes out of the values of the flags, or says in a sentence which one is wrong. */
export function readCommandLine<O extends Options, Wish extends object>(
  command: Command<O>,
  args: readonly string[],
  read: (values: Values<O>) => Wish | string,
): Wish | Ending {
  if (args.includes('--help')) return { exitCode: 0, text: command.usage }
  const wish = parsed(command, args, read)
  if (typeof wish !== 'string') return wish
  const takes = [...Object.keys(command.options), 'help'].map((name) => `--${name}`).join(', ')
  return { exitCode: EXIT_WRONG_FLAG, text: `${command.name}: ${wish}; it takes ${takes}` }
}

function parsed<O extends Options, Wish extends object>(
  { options }: Command<O>,
  args: readonly string[],
  read: (values: Values<O>) => Wish | string,
): Wish | string {
  try {
    return read(parseArgs({ args: [...args], options }).values as Values<O>)
  } catch (error) {
    if (!isWrongFlag(error)) throw error
    // The sentence after it is about positional arguments, which no command has.
    return error.message.split('. ')[0] ?? error.message
  }
}

function isWrongFlag(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')
}

/** Prints and ends this process, or gives what is to be done. */
export function orEnd<Wish extends object>(wish: Wish | Ending): Wish {
  if (!('exitCode' in wish)) return wish
  const stream = wish.exitCode === 0 ? process.stdout : process.stderr
  stream.write(`${wish.text}\n`)
  process.exit(wish.exitCode)
}
