// Words and flags of the command line as one request.
import type { Command, Field, Operation } from './operations.ts'

export interface Wish {
  readonly operation: Operation
  readonly id?: string
  readonly query: readonly (readonly [name: string, value: string])[]
  /** From flags; a file's are under them. */
  readonly fields: Readonly<Record<string, unknown>>
  /** `-`: standard input. */
  readonly bodyFile?: string
}

/** Why not: a code for the words of the language, and what it is about. */
export interface Mistake {
  readonly code:
    | 'unknown-command'
    | 'id-missing'
    | 'id-wrong'
    | 'too-much'
    | 'unknown-flag'
    | 'value-missing'
    | 'value-wrong'
    | 'secret-in-arguments'
    | 'file-needed'
    | 'field-missing'
  readonly about: string
}

const ID = /^[0-9A-Za-z_-]{1,64}$/

export function readWish(args: readonly string[], commands: readonly Command[]): Wish | Mistake {
  const command = commandOf(args, commands)
  if (command === undefined) return { code: 'unknown-command', about: args.join(' ') }
  const { operation } = command
  const rest = args.slice(command.words.length)
  const flags = new Map<string, string | undefined>()
  const places: string[] = []
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? ''
    const match = /^--([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word)
    if (match === null) {
      places.push(word)
      continue
    }
    const [, name = '', value] = match
    const field = fieldsOf(operation).find((one) => flagOf(one.name) === name)
    if (field === undefined) return { code: 'unknown-flag', about: word }
    const isSwitch =
      field.type === 'boolean' && value === undefined && !/^(true|false)$/.test(rest[at + 1] ?? '')
    flags.set(field.name, value ?? (isSwitch ? 'true' : rest[++at]))
  }
  return request(operation, places, flags)
}

/** The longest one that fits. */
export function commandOf(args: readonly string[], commands: readonly Command[]): Command | undefined {
  return commands
    .filter(({ words }) => words.every((word, at) => args[at] === word))
    .toSorted((a, b) => b.words.length - a.words.length)[0]
}

/** keepDays → keep-days. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

export function fieldsOf({ query, body = [] }: Operation): readonly Field[] {
  return [...query, ...body]
}

function request(
  operation: Operation,
  places: readonly string[],
  flags: ReadonlyMap<string, string | undefined>,
): Wish | Mistake {
  const [id, ...others] = operation.hasId ? places : [undefined, ...places]
  if (operation.hasId && id === undefined) return { code: 'id-missing', about: operation.path }
  if (id !== undefined && !ID.test(id)) return { code: 'id-wrong', about: id }
  const [bodyFile, ...surplus] = others
  const takesFile = operation.isUpload || operation.body !== undefined
  if (surplus[0] !== undefined || (bodyFile !== undefined && !takesFile))
    return { code: 'too-much', about: surplus[0] ?? bodyFile ?? '' }
  if (operation.isUpload && bodyFile === undefined) return { code: 'file-needed', about: operation.path }
  const query: [string, string][] = []
  const fields: Record<string, unknown> = {}
  for (const [name, text] of flags) {
    const ofBody = operation.body?.find((field) => field.name === name)
    const field = ofBody ?? operation.query.find((one) => one.name === name)
    if (field === undefined || text === undefined)
      return { code: 'value-missing', about: `--${flagOf(name)}` }
    if (field.isSecret) return { code: 'secret-in-arguments', about: `--${flagOf(name)}` }
    if (field.type === 'other') return { code: 'file-needed', about: `--${flagOf(name)}` }
    if (ofBody === undefined) {
      query.push([name, text])
      continue
    }
    const value = valueFrom(field, text)
    if (value === undefined) return { code: 'value-wrong', about: `--${flagOf(name)} ${text}` }
    fields[name] = value
  }
  const missing = operation.body?.find(
    ({ name, isRequired }) => isRequired && !(name in fields) && name !== 'expected',
  )
  if (missing && bodyFile === undefined) {
    const isOfFile = missing.type === 'other' || missing.isSecret
    return { code: isOfFile ? 'file-needed' : 'field-missing', about: `--${flagOf(missing.name)}` }
  }
  return {
    ...{ operation, query, fields },
    ...(id !== undefined && { id }),
    ...(bodyFile !== undefined && { bodyFile }),
  }
}

function valueFrom({ type }: Field, text: string): unknown {
  switch (type) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'integer':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
    case 'number':
      return /^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined
    case 'list':
      return text.split(',').filter((one) => one !== '')
    default:
      return text
  }
}

/**
 * The body of a file: the whole of it, or the one field of it that is more than a word, as a dial plan is.
 */
export function bodyOf({ operation, fields }: Wish, file: unknown): unknown {
  if (file === undefined) return { ...fields }
  if (typeof file !== 'object' || file === null || Array.isArray(file)) return file
  const large = (operation.body ?? []).filter((field) => field.type === 'other' && field.isRequired)
  const [only, ...more] = large
  if (only !== undefined && more.length === 0 && !(only.name in file)) return { [only.name]: file, ...fields }
  return { ...file, ...fields }
}
