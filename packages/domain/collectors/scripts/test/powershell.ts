// Reads PowerShell as far as a specification of our scripts needs it: what is code and what is text,
// brackets, commands, types and functions. It runs nothing, and knows nothing of what a command does.

export interface Facts {
  /** The code with comments and the insides of texts left out; insertions in texts are code. */
  readonly code: string
  readonly problems: readonly string[]
  /** `Verb-Noun` wherever it is called. */
  readonly commands: ReadonlySet<string>
  readonly functions: ReadonlySet<string>
  /** `[int]`, `[datetime]` …, in lower case. */
  readonly types: ReadonlySet<string>
}

const PAIRS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }
/** PowerShell takes these for quotation marks, too. */
const CURLY = /[\u2018-\u201f]/

export function readPowerShell(text: string): Facts {
  const problems: string[] = []
  if (CURLY.test(text)) problems.push('curly quotation marks')
  const { code, end } = codeUntil(text, 0, undefined, problems)
  if (end < text.length) problems.push('something is behind the end')
  checkBrackets(code, problems)
  const functions = new Set([...code.matchAll(/\bfunction ([A-Z]\w+-\w+)/g)].map((match) => match[1] ?? ''))
  const words = [...code.matchAll(/(?<![\w$.-])([A-Za-z]+-[A-Z]\w+)\b/g)].map((match) => match[1] ?? '')
  const types = [...code.matchAll(/(?<![\w$)\]])\[([A-Za-z][\w.]*)(?:\[\])?(?:\(\))?\]/g)]
  return {
    code,
    problems,
    functions,
    commands: new Set(words),
    types: new Set(types.map((match) => (match[1] ?? '').toLowerCase())),
  }
}

/** Code from `at` to the bracket that closes it, or to the end of the text. */
function codeUntil(text: string, from: number, close: ')' | undefined, problems: string[]) {
  let code = ''
  let at = from
  let depth = 0
  while (at < text.length) {
    const character = text[at] ?? ''
    if (character === '#' && !/[\w`]/.test(text[at - 1] ?? '')) {
      while (at < text.length && text[at] !== '\n') at += 1
      continue
    }
    if (character === "'" || character === '"') {
      const read = character === "'" ? singleQuoted(text, at) : doubleQuoted(text, at, problems)
      if (read.end > text.length) problems.push(`a text that begins at ${at} does not end`)
      code += `${character}${read.code}${character}`
      at = read.end
      continue
    }
    if (close && character === close && depth === 0) return { code, end: at + 1 }
    if (close && character === '(') depth += 1
    if (close && character === ')') depth -= 1
    code += character
    at += character === '`' ? 2 : 1
  }
  return { code, end: close ? text.length + 1 : at }
}

function singleQuoted(text: string, from: number) {
  let at = from + 1
  while (at < text.length) {
    if (text[at] !== "'") at += 1
    else if (text[at + 1] === "'") at += 2
    else return { code: '', end: at + 1 }
  }
  return { code: '', end: text.length + 1 }
}

/** What is inserted by `$( … )` is code. */
function doubleQuoted(text: string, from: number, problems: string[]): { code: string; end: number } {
  let code = ''
  let at = from + 1
  while (at < text.length) {
    if (text[at] === '`') at += 2
    else if (text.startsWith('$(', at)) {
      const inner = codeUntil(text, at + 2, ')', problems)
      code += `$(${inner.code})`
      at = inner.end
    } else if (text[at] !== '"') at += 1
    else if (text[at + 1] === '"') at += 2
    else return { code, end: at + 1 }
  }
  return { code, end: text.length + 1 }
}

function checkBrackets(code: string, problems: string[]): void {
  const open: string[] = []
  for (const character of code.replace(/\$\{[\w:()]+\}/g, '')) {
    if ('([{'.includes(character)) open.push(character)
    else if (PAIRS[character] !== undefined && open.pop() !== PAIRS[character])
      problems.push(`${character} closes nothing`)
  }
  if (open.length > 0) problems.push(`${open.join('')} is not closed`)
}
