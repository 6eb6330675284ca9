// Facts about one source file, read from its syntax tree: imports, exports, declared names, functions, calls.
// Knows nothing about the rules.
import { parseSync } from 'vite'

export interface ImportFact {
  readonly specifier: string
  readonly line: number
}
export interface NameFact {
  readonly name: string
  readonly kind: 'type' | 'function' | 'variable' | 'method'
  readonly line: number
}
export interface FunctionFact {
  readonly line: number
  readonly lines: number
}
export interface CallFact {
  /** As written: `test`, `test.skip`, `context.skip`. */
  readonly callee: string
  /** The first argument when it is a text without insertions. */
  readonly firstText: string | undefined
  readonly line: number
}
export interface ModuleFacts {
  readonly errors: readonly string[]
  readonly imports: readonly ImportFact[]
  readonly exportedNames: readonly string[]
  /** Lines with `export *` or `export default`. */
  readonly vagueExports: readonly number[]
  readonly names: readonly NameFact[]
  readonly functions: readonly FunctionFact[]
  readonly calls: readonly CallFact[]
  /** Every text literal of the file; a template's beginning counts, too. */
  readonly texts: readonly { readonly text: string; readonly line: number }[]
  /** Lines with `skip: …` or `todo: …` in an options object, other than `false`. */
  readonly skipOptions: readonly number[]
  /** Lines with a `catch` that does nothing and says nothing. */
  readonly emptyCatches: readonly number[]
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

type Collected = { -readonly [Field in keyof ModuleFacts]: ModuleFacts[Field][number][] }

/** Reads the facts; a file that cannot be parsed has `errors` and nothing else. */
export function readModule(path: string, text: string): ModuleFacts {
  const facts: Collected = {
    errors: [],
    imports: [],
    exportedNames: [],
    vagueExports: [],
    names: [],
    functions: [],
    calls: [],
    texts: [],
    skipOptions: [],
    emptyCatches: [],
  }
  const parsed = parseSync(path, text)
  facts.errors.push(...parsed.errors.map((error) => error.message))
  if (facts.errors.length > 0) return facts
  const comments = parsed.comments.map((comment) => comment.start)
  const source: Source = { lineAt: lineCounter(text), comments }
  walk(parsed.program as unknown as Node, (node) => collect(node, facts, source))
  return facts
}

interface Source {
  readonly lineAt: (offset: number) => number
  /** Offsets where comments begin. */
  readonly comments: readonly number[]
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0]
  for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1))
    starts.push(index + 1)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) walk(item, visit)
    } else if (isNode(value)) walk(value, visit)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

function nameOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined
  if (typeof value.name === 'string') return value.name
  return typeof value.value === 'string' ? value.value : undefined
}

/** `a.b.c` as written, for identifiers and members only. */
function dotted(value: unknown): string {
  if (!isNode(value)) return ''
  if (value.type === 'MemberExpression') return `${dotted(value.object)}.${nameOf(value.property) ?? ''}`
  return nameOf(value) ?? ''
}

function collect(node: Node, facts: Collected, source: Source): void {
  const line = source.lineAt(node.start)
  collectDoors(node, facts, line)
  collectNames(node, facts, line)
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      facts.functions.push({ line, lines: source.lineAt(node.end - 1) - line + 1 })
      break
    case 'CallExpression': {
      const [first] = node.arguments as Node[]
      const firstText = first?.type === 'Literal' && typeof first.value === 'string' ? first.value : undefined
      facts.calls.push({ callee: dotted(node.callee), firstText, line })
      if (isSilentCatch(node)) facts.emptyCatches.push(line)
      break
    }
    case 'Literal':
      if (typeof node.value === 'string') facts.texts.push({ text: node.value, line })
      break
    case 'TemplateElement':
      facts.texts.push({ text: String((node.value as { raw?: unknown }).raw), line })
      break
    case 'Property': {
      const key = nameOf(node.key)
      const isOff = isNode(node.value) && node.value.value === false
      if ((key === 'skip' || key === 'todo') && !isOff) facts.skipOptions.push(line)
      break
    }
    case 'CatchClause': {
      const body = node.body as Node
      const isSaid = source.comments.some((at) => at > body.start && at < body.end)
      if ((body.body as unknown[]).length === 0 && !isSaid) facts.emptyCatches.push(line)
      break
    }
  }
}

/** `.catch(() => {})` */
function isSilentCatch(call: Node): boolean {
  if (!dotted(call.callee).endsWith('.catch')) return false
  const [handler] = call.arguments as Node[]
  if (handler?.type !== 'ArrowFunctionExpression' || !isNode(handler.body)) return false
  return handler.body.type === 'BlockStatement' && (handler.body.body as unknown[]).length === 0
}

function collectDoors(node: Node, facts: Collected, line: number): void {
  const specifier = isNode(node.source) ? nameOf(node.source) : undefined
  if (specifier !== undefined && /^(Import|Export)/.test(node.type)) facts.imports.push({ specifier, line })
  if (node.type === 'ExportAllDeclaration' || node.type === 'ExportDefaultDeclaration')
    facts.vagueExports.push(line)
  if (node.type !== 'ExportNamedDeclaration') return
  for (const exported of node.specifiers as Node[]) {
    const name = nameOf(exported.exported)
    if (name) facts.exportedNames.push(name)
  }
  const declaration = node.declaration
  if (!isNode(declaration)) return
  const declared = (declaration.declarations as Node[] | undefined) ?? [declaration]
  for (const item of declared) {
    const name = nameOf(item.id)
    if (name) facts.exportedNames.push(name)
  }
}

const KINDS: Readonly<Record<string, NameFact['kind']>> = {
  ClassDeclaration: 'type',
  ClassExpression: 'type',
  TSInterfaceDeclaration: 'type',
  TSTypeAliasDeclaration: 'type',
  FunctionDeclaration: 'function',
  VariableDeclarator: 'variable',
}

function collectNames(node: Node, facts: Collected, line: number): void {
  const kind = KINDS[node.type]
  const name = kind ? nameOf(node.id) : undefined
  if (kind && name) facts.names.push({ name, kind, line })
  const isMethod = node.type === 'MethodDefinition' || node.type === 'TSMethodSignature'
  const method = isMethod ? nameOf(node.key) : undefined
  if (method) facts.names.push({ name: method, kind: 'method', line })
}
