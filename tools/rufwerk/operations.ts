// What can be asked of the server, read from its OpenAPI document: each operation with its words on the
// command line. A route that is added to the interface is a command by that alone.

export interface Field {
  readonly name: string
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'list' | 'other'
  readonly isRequired: boolean
  readonly isSecret: boolean
  readonly choices?: readonly string[]
  readonly text?: string
}

export interface Operation {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly summary: string
  readonly hasId: boolean
  readonly query: readonly Field[]
  /** It takes a file as it is, and no JSON. */
  readonly isUpload: boolean
  /** Absent: it takes no such body. */
  readonly body?: readonly Field[]
  /** Media type of the file that it answers with. */
  readonly file?: string
  /** Names of fields in the answer that are secrets. */
  readonly secrets: ReadonlySet<string>
}

/** One way to say it: `dial-plan apply`. */
export interface Command {
  readonly words: readonly string[]
  readonly operation: Operation
  /** The way that the list shows. */
  readonly isFirst: boolean
}

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly additionalProperties?: boolean | Schema
  readonly description?: string
}

interface WireOperation {
  readonly operationId?: string
  readonly summary?: string
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema?: Schema
  }[]
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }
  readonly responses?: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, WireOperation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
}

/** Of browsers and of signing in: who comes by the socket is an admin already, and has no phone. */
export const NOT_HERE: ReadonlySet<string> = new Set([
  ...['setupState', 'setUp', 'signIn', 'signInByLink', 'session', 'signOut', 'changePassword'],
  ...['phoneTicket', 'phoneRelay', 'calls', 'call'],
])
const SECRET = /password|secret|token|passphrase|credential|recoveryKey|^pin$|Pin$/
/** Links that sign somebody in. */
const SECRET_OF: Readonly<Record<string, readonly string[]>> = { createSignInLink: ['url'] }
const DEPTH_MAX = 8
/** Of what is sent as it is. */
export const UPLOAD_TYPE = 'application/octet-stream'
const PREFIX = '/api/v1'

export function readOperations(document: OpenApi): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { operationId }]) => operationId !== undefined && !NOT_HERE.has(operationId))
      .map(([method, operation]) => readOperation(document, path, method, operation)),
  )
}

function readOperation(document: OpenApi, path: string, method: string, wire: WireOperation): Operation {
  const name = wire.operationId ?? ''
  const body = wire.requestBody?.content?.['application/json']?.schema
  const [, answer] = Object.entries(wire.responses ?? {}).find(([status]) => status.startsWith('2')) ?? []
  const types = Object.keys(answer?.content ?? {})
  const file = types.find((type) => type !== 'application/json')
  const secrets = new Set(SECRET_OF[name])
  collectSecrets(document, answer?.content?.['application/json']?.schema, secrets, DEPTH_MAX)
  const query = (wire.parameters ?? []).filter((parameter) => parameter.in === 'query')
  return {
    ...{ name, method: method.toUpperCase(), path, summary: wire.summary ?? '', secrets },
    hasId: path.includes('{id}'),
    isUpload: wire.requestBody?.content?.[UPLOAD_TYPE] !== undefined,
    query: query.map((one) => fieldOf(document, one.name, one.schema ?? {}, one.required ?? false)),
    ...(body && { body: fieldsOf(document, body) }),
    ...(file !== undefined && { file }),
  }
}

function fieldsOf(document: OpenApi, schema: Schema): readonly Field[] {
  const { properties = {}, required = [] } = resolve(document, schema)
  return Object.entries(properties).map(([name, one]) =>
    fieldOf(document, name, one, required.includes(name)),
  )
}

function fieldOf(document: OpenApi, name: string, schema: Schema, isRequired: boolean): Field {
  const { type, enum: choices, description, items } = resolve(document, schema)
  const text = description ?? schema.description
  return {
    ...{ name, isRequired, isSecret: SECRET.test(name), type: typeOf(document, type, items, schema) },
    ...(choices && { choices: choices.map(String) }),
    ...(text !== undefined && { text }),
  }
}

function typeOf(
  document: OpenApi,
  type: string | undefined,
  items: Schema | undefined,
  schema: Schema,
): Field['type'] {
  if (type === 'string' || type === 'integer' || type === 'number' || type === 'boolean') return type
  if (type === 'array') return resolve(document, items ?? {}).type === 'string' ? 'list' : 'other'
  const ways = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  return ways.length > 0 && ways.every((way) => resolve(document, way).type === 'string') ? 'string' : 'other'
}

function resolve(document: OpenApi, schema: Schema): Schema {
  const name = schema.$ref?.replace('#/components/schemas/', '')
  if (name !== undefined) return document.components?.schemas?.[name] ?? {}
  const [only, ...more] = schema.allOf ?? []
  return only !== undefined && more.length === 0 ? resolve(document, only) : schema
}

function collectSecrets(
  document: OpenApi,
  schema: Schema | undefined,
  found: Set<string>,
  depth: number,
): void {
  if (schema === undefined || depth === 0) return
  const { properties, items, anyOf, oneOf, allOf, additionalProperties } = resolve(document, schema)
  for (const [name, one] of Object.entries(properties ?? {})) {
    if (SECRET.test(name) && resolve(document, one).type !== 'boolean') found.add(name)
    collectSecrets(document, one, found, depth - 1)
  }
  const others = [items, ...(anyOf ?? []), ...(oneOf ?? []), ...(allOf ?? [])]
  if (typeof additionalProperties === 'object') others.push(additionalProperties)
  for (const one of others) collectSecrets(document, one, found, depth - 1)
}

/** All ways to say each operation; what two could mean belongs to the first of them. */
export function commandsOf(operations: readonly Operation[]): readonly Command[] {
  const commands = new Map<string, Command>()
  for (const operation of operations) {
    let isFirst = true
    for (const words of waysOf(operation, operations)) {
      const key = words.join(' ')
      if (commands.has(key)) continue
      commands.set(key, { words, operation, isFirst })
      isFirst = false
    }
  }
  return [...commands.values()]
}

function waysOf({ method, path }: Operation, all: readonly Operation[]): readonly (readonly string[])[] {
  const plain = path.slice(PREFIX.length + 1).split('/')
  const words = plain.filter((part) => part !== '{id}')
  const isOfOne = plain.at(-1) === '{id}'
  const hasOnes = all.some((other) => other.method === 'GET' && other.path === `${path}/{id}`)
  const isRead = all.some((other) => other.method === 'GET' && other.path === path)
  const with_ = (...verbs: string[]) => verbs.map((verb) => [...words, verb])
  switch (method) {
    case 'GET':
      if (isOfOne) return with_('show')
      // Where there are single ones to show, the bare words list them.
      return [...(isCollection(path, all) ? with_('list') : with_('show', 'list')), words].filter(
        (way) => !(hasOnes && way.at(-1) === 'show'),
      )
    case 'POST':
      return isRead && !isOfOne ? with_('add') : [words]
    case 'PUT':
      return with_('apply', 'set', 'change')
    default:
      return with_('remove')
  }
}

function isCollection(path: string, all: readonly Operation[]): boolean {
  return all.some(
    (other) => other.path === `${path}/{id}` || (other.path === path && other.method === 'POST'),
  )
}
