// A call from outside that is recorded, with a recorder that writes down what it was told.
import assert from 'node:assert/strict'
import type { LegEvent, RecorderPort, RecordingWish } from '@rufwerk/calls'
import type { LegId, PersonId, RecordingId } from '@rufwerk/core'
import {
  type CallRecording,
  decide,
  decideOnDemand,
  QUESTIONS,
  type RecordingRules,
  type Talk,
} from '@rufwerk/recordings'
import { Bench, CALL, ended, endedByUs, OUTSIDE } from './bench.ts'
import { COMPANY, EVERYBODY } from './company.ts'

export const ANNA = 'anna' as PersonId
export const BERND = 'bernd' as PersonId
/** Of Carla. */
export const CARLA = '103'
export const NUMBER = '+493023125100'
export const answered: LegEvent = { type: 'answered' }

export const RULES: RecordingRules = {
  isOn: true,
  purposes: [{ id: 'q', name: 'Qualität', keepDays: 30 }],
  rules: [{ of: { trunk: 'main' }, calls: 'both', purpose: 'q' }],
  onDemand: { people: [BERND], purpose: 'q' },
  objectors: [],
  supervisors: [],
}

export class Recorder implements RecorderPort {
  readonly did: string[] = []
  readonly begun: Parameters<RecorderPort['begin']>[0][] = []
  rules: RecordingRules = RULES
  isMediaThere = true

  decide(_: string, talk: Talk, by?: PersonId): RecordingWish | undefined {
    const decision = by === undefined ? decide(this.rules, talk) : decideOnDemand(this.rules, talk, by)
    if (!decision.isRecorded) return undefined
    const { purpose, asked } = decision
    return { purpose, asked, question: QUESTIONS.de, ...(by !== undefined && { by }) }
  }

  begin(given: Parameters<RecorderPort['begin']>[0]): RecordingId {
    this.begun.push(given)
    this.did.push(`record ${given.leg}`)
    return `r${this.begun.length}` as RecordingId
  }

  goOn(broke: CallRecording, leg: LegId, isPaused: boolean): RecordingId {
    this.did.push(`go on ${broke.recording} ${leg}${isPaused ? ' paused' : ''}`)
    return `${broke.recording}+` as RecordingId
  }

  async pause(recording: RecordingId, isPaused: boolean, orLater: boolean): Promise<boolean> {
    this.did.push(`${isPaused ? 'pause' : 'resume'} ${recording}${orLater ? ' or later' : ''}`)
    return this.isMediaThere
  }

  stop(recording: RecordingId): void {
    this.did.push(`stop ${recording}`)
  }
}

export interface Scene {
  readonly bench: Bench
  readonly recorder: Recorder
}

/** Somebody from outside (A) has called Anna (B1), who has answered. */
export function connected(rules: RecordingRules = RULES): Scene {
  const recorder = new Recorder()
  recorder.rules = rules
  const bench = new Bench({}, { recorder, config: COMPANY, live: EVERYBODY }).call(NUMBER, OUTSIDE)
  bench.take()
  bench.leg('B1', answered)
  return { bench, recorder }
}

export function recorded(): Scene {
  const scene = connected()
  scene.bench.key('1')
  assert.deepEqual(scene.recorder.did.splice(0), ['record A'])
  scene.bench.take()
  return scene
}

export const kinds = ({ bench }: Scene) => bench.events.map(({ type }) => type)
export function hangUp({ bench, recorder }: Scene): void {
  bench.leg('A', ended).leg('B1', endedByUs)
  assert.equal(bench.cdr().status, 200)
  assert.equal(recorder.did.filter((one) => one.startsWith('record')).length, 0)
}

/** Bernd (A) has called Anna (B1), has it recorded on demand, and she agreed. */
export function recordedInside(): Scene {
  const recorder = new Recorder()
  recorder.rules = { ...RULES, rules: [] }
  const bench = new Bench({}, { recorder, config: COMPANY, live: EVERYBODY }).call('100').leg('B1', answered)
  assert.equal(bench.exchange.recorder.begin(CALL, BERND), true)
  press(bench, 'B1', '1')
  assert.deepEqual(recorder.did.splice(0), ['record A'])
  bench.take()
  return { bench, recorder }
}

export const press = (bench: Bench, leg: string, keys: string): Bench => {
  for (const digit of keys) bench.leg(leg, { type: 'dtmf', digit, durationMs: 100, isInBand: true })
  return bench
}

export const broke = (recording: string) => ({ recording }) as CallRecording
/** Whatever was promised at once is done. */
export const turn = () => new Promise((resolve) => setImmediate(resolve))
