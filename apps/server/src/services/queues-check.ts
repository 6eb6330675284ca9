// Whether settings of a queue can be used here: what the package says of each value, and whether everything
// that is named is there. What is wrong has a sentence with its place.
import { fail, ok, type PersonId, type Result } from '@rufwerk/core'
import { checkQueue, QUEUE_DEFAULTS, type QueueConfig, type QueueId, type Target } from '@rufwerk/queues'

export interface QueueProblem {
  /** As in the request: `overflow.full.person`. */
  readonly place: string
  readonly sentence: string
}

export interface House {
  readonly hasPerson: (person: PersonId) => boolean
  readonly hasBox: (person: PersonId) => boolean
  readonly hasQueue: (queue: QueueId) => boolean
  /** In the language of the company. */
  readonly hasPrompt: (prompt: string) => boolean
  readonly hasMusic: (music: string) => boolean
}

/** `given`: what is absent has its default; `announce` null switches announcements off. */
export function readSettings(given: object, house: House): Result<QueueConfig, QueueProblem> {
  const { announce, ...others } = { ...QUEUE_DEFAULTS, ...given } as Record<string, unknown>
  const checked = checkQueue(announce === null ? others : { ...others, announce })
  if (!checked.ok) {
    const place = checked.error.place ?? ''
    return fail({ place, sentence: `The queue cannot be used: ${place} is missing or out of range.` })
  }
  const problem = missingIn(checked.value, house)
  return problem === undefined ? ok(checked.value) : fail(problem)
}

function missingIn(config: QueueConfig, house: House): QueueProblem | undefined {
  for (const [at, { agent }] of config.members.entries())
    if (!house.hasPerson(agent)) return nobody(`members.${at}.agent`)
  for (const [at, person] of config.supervision.supervisors.entries())
    if (!house.hasPerson(person)) return nobody(`supervision.supervisors.${at}`)
  for (const [place, target] of targetsIn(config)) {
    const problem = problemOf(target, place, config.queue, house)
    if (problem !== undefined) return problem
  }
  return unheardIn(config, house)
}

function targetsIn(config: QueueConfig): readonly (readonly [string, Target])[] {
  return [
    ...Object.entries(config.overflow).map(([why, target]) => [`overflow.${why}`, target] as const),
    ...config.keys.map(({ target }, at) => [`keys.${at}.target`, target] as const),
  ]
}

/** What callers of a queue hear: music by its own name, prompts in the language of the company. */
export interface NamedSound {
  readonly place: string
  readonly kind: 'music' | 'prompt'
  readonly name: string
}

/** Without music there is a tone, and without supervision nobody is told of it. */
export function soundsIn(config: QueueConfig): readonly NamedSound[] {
  const { music, supervision } = config
  const prompts = targetsIn(config).flatMap(([place, target]) =>
    target.to === 'announcement' ? [{ place: `${place}.prompt`, name: target.prompt }] : [],
  )
  const told = { place: 'supervision.announcement', name: supervision.announcement }
  const all: NamedSound[] = [
    { place: 'music', kind: 'music', name: music },
    ...[...prompts, told].map((prompt) => ({ ...prompt, kind: 'prompt' as const })),
  ]
  return all.filter(({ name }) => name !== '')
}

function unheardIn(config: QueueConfig, { hasPrompt, hasMusic }: House): QueueProblem | undefined {
  const isHeard = ({ kind, name }: NamedSound) => (kind === 'music' ? hasMusic(name) : hasPrompt(name))
  const missing = soundsIn(config).find((sound) => !isHeard(sound))
  if (missing === undefined) return undefined
  const { kind, name, place } = missing
  const what = kind === 'music' ? `there is no music ${name}` : `nobody has recorded the prompt ${name}`
  return { place, sentence: `The queue cannot be used: ${what}, which ${place} names.` }
}

function nobody(place: string): QueueProblem {
  return { place, sentence: `The queue cannot be used: nobody has the id at ${place}.` }
}

function problemOf(target: Target, place: string, own: QueueId, house: House): QueueProblem | undefined {
  if (target.to === 'voicemail') {
    if (!house.hasPerson(target.person)) return nobody(`${place}.person`)
    if (house.hasBox(target.person)) return undefined
    const sentence = `The queue cannot be used: the person at ${place}.person has no voicemail box.`
    return { place: `${place}.person`, sentence }
  }
  if (target.to !== 'queue') return undefined
  const here = `${place}.queue`
  if (target.queue === own)
    return { place: here, sentence: `The queue cannot be used: ${here} leads back to itself.` }
  if (house.hasQueue(target.queue)) return undefined
  return { place: here, sentence: `The queue cannot be used: there is no queue like that at ${here}.` }
}
