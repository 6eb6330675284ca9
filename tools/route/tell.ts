// A plan for people to read: the rules that were looked at, one by one, and the tree of what happens.
import type { Plan, PlanNode, RingMember } from '@rufwerk/routing'
import { kindWord, type Language, outcomeWord, ruleWord, stepWord, valueWord } from './words.ts'

export interface Told {
  readonly language: Language
  /** People by id: "101 Anna". */
  readonly names: ReadonlyMap<string, string>
  /** The clock by which times are told. */
  readonly zone: string
}

const HEADINGS = {
  looked: { de: 'Angesehen:', en: 'Looked at:' },
  nothing: { de: '  keine Regel', en: '  no rule' },
  tree: { de: 'So geht der Anruf:', en: 'What happens to the call:' },
} as const

export function tellPlan(plan: Plan, told: Told): string {
  const { language } = told
  const looked = plan.looked.map((entry, at) => `  ${at + 1}. ${tellLooked(entry, told)}`)
  return [
    HEADINGS.looked[language],
    ...(looked.length > 0 ? looked : [HEADINGS.nothing[language]]),
    '',
    HEADINGS.tree[language],
    ...tellNode(plan.node, told, '  '),
    '',
  ].join('\n')
}

export function tellLooked({ rule, outcome, values, branch }: Plan['looked'][number], told: Told): string {
  const { language } = told
  const colon = rule.indexOf(':')
  const kind = colon < 0 ? rule : rule.slice(0, colon)
  const id = colon < 0 ? '' : rule.slice(colon + 1)
  const name =
    id === 'company' ? (language === 'de' ? 'der Firma' : 'the company') : (told.names.get(id) ?? id)
  const details = Object.entries(values).flatMap(([field, value]) => {
    const word = valueWord(language, field)
    return word === undefined || value === ''
      ? []
      : [`${word} ${field === 'until' ? tellTime(value, told) : value}`]
  })
  const where = branch === '' ? '' : ` [${tellBranch(branch, language)}]`
  const more = details.length === 0 ? '' : ` (${details.join(', ')})`
  return `${kindWord(language, kind, name)}: ${outcomeWord(language, outcome)}${more}${where}`
}

function tellTime(iso: string, { language, zone }: Told): string {
  return new Date(iso).toLocaleString(language, { timeZone: zone, dateStyle: 'medium', timeStyle: 'short' })
}

function tellBranch(branch: string, language: Language): string {
  return branch
    .split('/')
    .map((step) => stepWord(language, step))
    .join(' → ')
}

function tellNode(node: PlanNode, told: Told, indent: string): string[] {
  const { language } = told
  const details = detailsOf(node, told)
  const line = `${indent}${ruleWord(language, node.why.rule)}${details === '' ? '' : `: ${details}`}`
  const keys = node.do === 'menu' ? Object.entries(node.keys) : []
  const next = 'next' in node ? Object.entries(node.next) : []
  const further = [...keys, ...next].flatMap(([step, child]) => {
    const [first = '', ...rest] = tellNode(child, told, `${indent}    `)
    return [`${indent}  ${stepWord(language, step)} → ${first.trim()}`, ...rest]
  })
  return [line, ...further]
}

function detailsOf(node: PlanNode, told: Told): string {
  const nameOf = (id: string) => told.names.get(id) ?? id
  const { language } = told
  switch (node.do) {
    case 'ring':
      return `${nameOf(node.person)}, ${duration(node.timeout)}`
    case 'ringMany':
      return `${node.members.map((member) => tellMember(member, told)).join(', ')}; ${duration(node.timeout)}`
    case 'dialOut':
      return `${tellAttempts(node.call.attempts, language)}; ${duration(node.timeout)}`
    case 'announce':
      return `${node.prompts[0] ?? ''} (SIP ${node.status}, Q.850 ${node.cause})`
    case 'end':
      return `SIP ${node.status}, Q.850 ${node.cause}`
    case 'menu':
      return `${node.flow}, ${node.prompts.join(', ')}`
    case 'voicemail':
      return `${node.box} (${node.greeting})`
    case 'queue':
      return node.queue
    case 'conference':
      return node.room
    case 'park':
      return [node.lot, node.slot].filter((part) => part !== undefined).join(' ')
    case 'pickUp':
      return node.person === undefined ? '' : nameOf(node.person)
    case 'parrot':
      return nameOf(node.person)
    case 'set':
      return [outcomeWord(language, node.setting), node.value].join(' ').trim()
    case 'continue':
      return node.why.values.target ?? node.target.to
    default:
      return ''
  }
}

function tellMember({ ring, after }: RingMember, told: Told): string {
  const who = ring.to === 'person' ? (told.names.get(ring.person) ?? ring.person) : ring.call.number
  return after > 0 ? `${who} +${duration(after)}` : who
}

type Attempts = Extract<PlanNode, { do: 'dialOut' }>['call']['attempts']

function tellAttempts(attempts: Attempts, language: Language): string {
  const words = { de: ['über', 'als', 'verborgen'], en: ['over', 'as', 'hidden'] } as const
  const [over, as, hidden] = words[language]
  return attempts
    .map(({ trunk, number, caller, isHidden }) => {
      const shown = caller === undefined ? '' : ` ${as} ${caller}`
      return `${number} ${over} ${trunk}${shown}${isHidden ? ` (${hidden})` : ''}`
    })
    .join(', ')
}

function duration(ms: number): string {
  return `${ms / 1000} s`
}
