// Microphones and loudspeakers of this computer, kept current when something is plugged in.
import { Cell, type Readable } from '../state/observable.ts'

export interface AudioDevice {
  readonly id: string
  /** Empty until the person has allowed the microphone. */
  readonly name: string
}

export interface AudioDevices {
  readonly microphones: readonly AudioDevice[]
  readonly speakers: readonly AudioDevice[]
}

/** True when this browser lets a page choose where sound comes out. */
export const CAN_CHOOSE_SPEAKER =
  typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype

export class AudioDeviceList {
  readonly #cell = new Cell<AudioDevices>({ microphones: [], speakers: [] })

  constructor() {
    navigator.mediaDevices?.addEventListener('devicechange', () => this.refresh())
    this.refresh()
  }

  get current(): Readable<AudioDevices> {
    return this.#cell
  }

  refresh(): void {
    navigator.mediaDevices?.enumerateDevices().then(
      (devices) => {
        const ofKind = (kind: MediaDeviceKind): AudioDevice[] =>
          devices
            .filter(
              (device) => device.kind === kind && device.deviceId !== '' && device.deviceId !== 'default',
            )
            .map((device) => ({ id: device.deviceId, name: device.label }))
        this.#cell.set({ microphones: ofKind('audioinput'), speakers: ofKind('audiooutput') })
      },
      () => this.#cell.set({ microphones: [], speakers: [] }),
    )
  }
}
