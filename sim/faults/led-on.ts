// Faults of calls that are led on: a source stays when it should be another one.
import type { AudioSource } from '@rufwerk/media-control'
import type { PlantedFault } from './planted.ts'

/** What would replace the sound of somebody else, and is such a source, is not said to the media process. */
function keepHearing(isKept: (source: AudioSource) => boolean): PlantedFault {
  return {
    wrapMedia: (media, world) => ({
      onEvent: (listener) => media.onEvent(listener),
      command: async (command) => {
        if (command.type !== 'setSource' || !isKept(command.source)) return media.command(command)
        const before = world.media.endpoints.get(command.endpoint)?.source
        return before?.type === 'endpoint' ? { type: 'done' } : media.command(command)
      },
    }),
  }
}

export const listensOn = (): PlantedFault => keepHearing(({ type }) => type === 'silence')
export const heldHears = (): PlantedFault =>
  keepHearing((source) => source.type === 'tone' && source.tone === 'hold')

/** Who shall hear one other is put into a room in which others talk. */
export function strangeRoom(): PlantedFault {
  return {
    wrapMedia: (media, world) => ({
      onEvent: (listener) => media.onEvent(listener),
      command: (command) => {
        const source = [...world.media.endpoints.values()].find((one) => one.source.type === 'mix')?.source
        const isMeant = command.type === 'setSource' && command.source.type === 'endpoint'
        return media.command(isMeant && source !== undefined ? { ...command, source } : command)
      },
    }),
  }
}
