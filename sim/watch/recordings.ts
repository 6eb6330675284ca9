// What is recorded of calls. Whether somebody agreed is judged from outside: the question that the media
// process was told to play, and the keys of phones that came in while it was. Every recording contains only
// the tones of the two who talked then, and nothing of what they were told to be paused.
import { ms } from '@rufwerk/core'
import type { Command } from '@rufwerk/media-control'
import type { CallRecording } from '@rufwerk/recordings'
import type { Tape } from '../tapes.ts'
import type { World } from '../world.ts'
import type { Watch } from './watch.ts'

/** Commands of one moment belong together. */
const MOMENT_MS = 1

/** Two who are asked, or told that the other one is. */
interface Question {
  readonly at: number
  readonly legs: Set<string>
  readonly asked: Set<string>
  /** With the time of the key. */
  readonly agreed: Map<string, number>
  isRefused: boolean
  /** Who was asked hears something else. */
  isOver: boolean
  /** One of them was told that what is recorded is paused. */
  isPaused: boolean
}

interface Row extends Pick<CallRecording, 'evidence' | 'continues'> {
  readonly recording: string
  readonly isEnded: boolean
}

export class RecordingWatch {
  readonly #world: World
  readonly #watch: Watch
  /** The last one of each leg. */
  readonly #questions = new Map<string, Question>()
  /** With whose consent each was begun. */
  readonly #consents = new Map<Tape, Question>()
  #looking: Disposable | undefined

  constructor(world: World, watch: Watch) {
    this.#world = world
    this.#watch = watch
  }

  /** Done by the media process. */
  told(command: Command): void {
    if (command.type === 'setSource') this.#heard(command)
    if (command.type === 'record') this.#begun(this.#world.tapes.all.get(command.recording))
    this.#looking ??= this.#world.clock.arm(ms(MOMENT_MS), () => {
      this.#looking = undefined
      this.look()
    })
  }

  /** A key of a phone has come to call control. */
  keyed(leg: string, key: string): void {
    const question = this.#questions.get(leg)
    if (question === undefined || question.isOver || question.isRefused) return
    if (!question.asked.has(leg) || question.agreed.has(leg)) return
    if (key === '1') question.agreed.set(leg, this.#world.clock.wallTime())
    else question.isRefused = true
  }

  look(): void {
    for (const [tape, question] of this.#consents) {
      for (const { leg } of tape.voices) this.#lookAtVoice(tape, question, leg)
      for (const [leg, since] of tape.heard)
        if (this.#world.clock.now() - since > MOMENT_MS) this.#lookAtVoice(tape, question, leg)
      if (tape.endedAt === undefined) this.#lookAtGoing(tape, question)
    }
  }

  /** Everybody has gone: each recording has ended, has its evidence, or is no more. */
  lookWhenOver(): void {
    const rows = this.#rows()
    for (const [tape, question] of this.#consents) {
      const { recording, voices, isErased } = tape
      if (tape.endedAt === undefined) this.#broken('recordings-end', tape, 'goes on when all have gone')
      const row = rows.get(recording)
      if (row === undefined) {
        if (voices.length > 0 && !isErased && this.#hasKey(recording))
          this.#broken('evidence', tape, 'can be read, and nobody knows who agreed')
        continue
      }
      if (!row.isEnded) this.#broken('evidence', tape, 'is stored as going on')
      if (isErased) this.#broken('evidence', tape, 'is stored, and its file is gone')
      for (const leg of question.asked) {
        const at = row.evidence.find((one) => one.leg === leg)?.at
        if (at === undefined || at !== question.agreed.get(leg))
          this.#broken('evidence', tape, `has ${at} for the key that ${leg} pressed`)
      }
    }
    this.#lookForTwins([...rows.values()])
  }

  /** How many there were, and of these how many were paused or went on after a break. */
  figures(): { readonly begun: number; readonly read: number } {
    const tapes = [...this.#consents.keys()]
    return { begun: tapes.length, read: tapes.filter(({ voices }) => voices.length > 0).length }
  }

  #heard({ endpoint, source }: Extract<Command, { readonly type: 'setSource' }>): void {
    const leg = this.#world.media.endpoints.get(endpoint)?.leg
    if (leg === undefined) return
    const words = source.type === 'prompt' ? source.names.join(' ') : ''
    if (/recording-(question|notice)/.test(words)) this.#ask(leg, words.includes('question'))
    const question = this.#questions.get(leg)
    if (question === undefined) return
    if (question.asked.has(leg) && !words.includes('recording-question')) question.isOver = true
    if (words.includes('recording-paused')) question.isPaused = true
    if (words.includes('recording-resumed')) question.isPaused = false
  }

  #ask(leg: string, isAsked: boolean): void {
    const question = this.#askedBefore(leg) ?? this.#askedWith(leg) ?? this.#newQuestion()
    this.#questions.delete(leg)
    this.#questions.set(leg, question)
    question.legs.add(leg)
    if (isAsked) question.asked.add(leg)
  }

  /** With another media process they hear the question again, unless it was answered: that is another one. */
  #askedBefore(leg: string): Question | undefined {
    const question = this.#questions.get(leg)
    if (question === undefined || question.isOver) return undefined
    const { asked, agreed } = question
    if (agreed.size > 0 && asked.isSubsetOf(new Set(agreed.keys()))) return undefined
    const isThere = [...question.legs].every((one) => this.#world.media.ofLeg(one) !== undefined)
    return isThere ? question : undefined
  }

  /** Both are told in the same moment; after the media process was replaced, each when it can hear again. */
  #askedWith(leg: string): Question | undefined {
    const [last] = [...this.#questions.values()].slice(-1)
    if (last?.at === this.#world.clock.now() && last.legs.size < 2) return last
    const call = this.#callOf(leg)
    const of = [...this.#questions].find(
      ([other, { legs, isOver }]) =>
        other !== leg && !isOver && legs.size < 2 && this.#callOf(other) === call,
    )
    return of?.[1]
  }

  #newQuestion(): Question {
    const sets = { legs: new Set<string>(), asked: new Set<string>(), agreed: new Map<string, number>() }
    return { at: this.#world.clock.now(), ...sets, isRefused: false, isOver: false, isPaused: false }
  }

  #begun(tape: Tape | undefined): void {
    if (tape === undefined || !tape.isOfCall || this.#consents.has(tape)) return
    const question = this.#questions.get(tape.leg)
    if (question === undefined) {
      this.#broken('consent', tape, 'began, and nobody was asked')
      return
    }
    const isAgreed = question.asked.isSubsetOf(new Set(question.agreed.keys())) && !question.isRefused
    if (!isAgreed) this.#broken('consent', tape, 'began before all who were asked had agreed')
    for (const [other, known] of this.#consents)
      if (known === question && other.endedAt === undefined)
        this.#broken('evidence', tape, `records what ${other.recording} records`)
    this.#consents.set(tape, question)
  }

  #lookAtVoice(tape: Tape, { legs }: Question, leg: string): void {
    if (!legs.has(leg)) this.#broken('own-recording', tape, `contains ${leg}, who was not asked`)
  }

  #lookAtGoing(tape: Tape, { legs, isPaused }: Question): void {
    const call = this.#callOf(tape.leg)
    const hasEnded = (this.#watch.calls.get(call)?.cdrs.length ?? 0) > 0
    // What a crash took away of it has not happened.
    if (hasEnded && this.#world.disk.rows(RECORD, call).length > 0)
      this.#broken('recordings-end', tape, `goes on, and call ${call} has ended`)
    if (tape.isPaused) return
    if (isPaused) this.#broken('pause', tape, 'goes on, and they were told that it is paused')
    const holder = [...legs].find((leg) => this.#watch.holders.has(leg))
    if (holder !== undefined) this.#broken('pause', tape, `goes on, and ${holder} holds`)
  }

  /** A key that was pressed once is no consent to two recordings; one that broke goes on with it. */
  #lookForTwins(rows: readonly Row[]): void {
    const used = new Map<string, string>()
    for (const { recording, evidence, continues } of rows) {
      if (continues !== undefined) continue
      const keys = evidence.map(({ leg, at }) => `${leg} ${at}`).join()
      const other = used.get(keys)
      used.set(keys, recording)
      const tape = this.#world.tapes.all.get(recording as Tape['recording'])
      if (other !== undefined && this.#hasHeard(other) && tape !== undefined && tape.voices.length > 0)
        this.#broken('evidence', tape, `has the consent of ${other}`)
    }
  }

  #hasHeard(recording: string): boolean {
    return (this.#world.tapes.all.get(recording as Tape['recording'])?.voices.length ?? 0) > 0
  }

  #hasKey(recording: string): boolean {
    return this.#world.disk.rows(KEY, recording).length > 0
  }

  #rows(): Map<string, Row> {
    const rows = this.#world.disk.rows(ROWS).map((row): Row => {
      const { evidence, continues } = JSON.parse(String(row.details)) as CallRecording
      const recording = String(row.recording)
      return { recording, isEnded: row.length_ms !== null, evidence, ...(continues && { continues }) }
    })
    return new Map(rows.map((row) => [row.recording, row]))
  }

  #broken(name: Parameters<Watch['broken']>[0], { recording, leg }: Tape, what: string): void {
    this.#watch.broken(name, `recording ${recording} of ${leg} ${what}`)
  }

  #callOf(leg: string): string {
    return this.#watch.callOfLeg.get(leg) ?? this.#world.media.ofLeg(leg)?.call ?? ''
  }
}

const ROWS = 'SELECT recording, length_ms, details FROM recordings'
const RECORD = 'SELECT 1 FROM cdrs WHERE call = ?'
const KEY = 'SELECT 1 FROM sound_files WHERE recording = ?'
