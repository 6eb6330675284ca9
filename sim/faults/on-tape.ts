// Faults of what is recorded: of somebody else, too early, too long, without proof; and messages that are
// lost or told twice.
import type { RecordingId } from '@rufwerk/core'
import type { Command, Reply } from '@rufwerk/media-control'
import type { MessageId } from '@rufwerk/messaging'
import type { World } from '../world.ts'
import type { PlantedFault } from './planted.ts'

/** Stands between call control and the media process; undefined: it is told as it was meant. */
function instead(act: (command: Command, world: World) => Command | Reply | undefined): PlantedFault {
  return {
    wrapMedia: (media, world) => ({
      onEvent: (listener) => media.onEvent(listener),
      command: async (command) => {
        const other = act(command, world) ?? command
        return isCommand(other) ? media.command(other) : other
      },
    }),
  }
}

const DONE: ReadonlySet<string> = new Set(['done', 'recorded'])

function isCommand(given: Command | Reply): given is Command {
  return !DONE.has(given.type)
}

/** As if endpoints were numbered from 1 in every run. */
export const strangeTape = (): PlantedFault =>
  instead((command, { run, media }) => {
    if (run < 2 || command.type !== 'record') return undefined
    const meant = media.endpoints.get(command.endpoint)?.call
    const [endpoint] = [...media.endpoints].find(([, { call }]) => call !== meant) ?? []
    return endpoint === undefined ? undefined : { ...command, endpoint }
  })

export const recordsOnInPause = (): PlantedFault =>
  instead((command) => (command.type === 'pauseRecording' && command.isPaused ? { type: 'done' } : undefined))

/** As if a command that nobody could take was done. */
export const resumedUnheard = (): PlantedFault =>
  instead(({ type, ...command }, { media }) =>
    media.isGone && type === 'pauseRecording' && 'isPaused' in command && !command.isPaused
      ? { type: 'done' }
      : undefined,
  )

export const recordsOnAfterwards = (): PlantedFault =>
  instead((command, { tapes }) =>
    command.type === 'stopRecording' && tapes.all.get(command.recording)?.isOfCall
      ? { type: 'recorded', figures: { lengthMs: 1000, lostMs: 0, bytes: 32_000 } }
      : undefined,
  )

/** With the question, not with the key. */
export function recordsTooEarly(): PlantedFault {
  let count = 0
  return {
    wrapMedia: (media) => ({
      onEvent: (listener) => media.onEvent(listener),
      command: async (command) => {
        const reply = await media.command(command)
        if (command.type !== 'setSource' || command.source.type !== 'prompt') return reply
        if (!command.source.names.some((name) => name.includes('recording-question'))) return reply
        count += 1
        const recording = `early-${count}` as RecordingId
        const { endpoint } = command
        const tracks = ['received', 'sent'] as const
        await media.command({ type: 'record', recording, endpoint, file: recording, key: '', tracks })
        return reply
      },
    }),
  }
}

export const noEvidence = (): PlantedFault => ({
  wrapStore: (store) => ({
    ...store,
    recordings: { ...store.recordings, add: (row) => store.recordings.add({ ...row, evidence: [] }) },
  }),
})

/** What the run before was recording of messages is forgotten. */
export const lostMessage = (): PlantedFault => ({
  wrapStore: (store, { run }) => {
    const takes = async () => []
    return run < 2 ? store : { ...store, voicemail: { ...store.voicemail, takes } }
  },
})

export const messageTwice = (): PlantedFault => ({
  wrapStore: (store) => ({
    ...store,
    voicemail: {
      ...store.voicemail,
      addMessage: async (tenant, box, message, isMailDue) => {
        const again = { ...message, id: `${message.id}-again` as MessageId }
        await store.voicemail.addMessage(tenant, box, again, isMailDue)
        return store.voicemail.addMessage(tenant, box, message, isMailDue)
      },
    },
  }),
})
