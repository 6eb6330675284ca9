// The microphone: asking for it, and saying in our words why it cannot be had.
import type { EndReason } from '../state/call.ts'
import { Cell, type Readable } from '../state/observable.ts'

export type MicrophoneTrouble = Extract<
  EndReason,
  'microphone-blocked' | 'microphone-missing' | 'microphone-busy' | 'failed'
>

/** `unknown`: this browser does not tell before it is asked. */
export type MicrophonePermission = 'granted' | 'prompt' | 'denied' | 'unknown'

export function troubleOf(error: unknown): MicrophoneTrouble {
  const name = error instanceof DOMException || error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'microphone-blocked'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'microphone-missing'
  if (name === 'NotReadableError' || name === 'AbortError') return 'microphone-busy'
  // Without HTTPS, and not on localhost, browsers hide the devices: navigator.mediaDevices is undefined.
  return error instanceof TypeError ? 'microphone-blocked' : 'failed'
}

/** Opens a microphone; the preferred one may be gone, then any. The caller stops the tracks. */
export async function openMicrophone(preferred: string | undefined): Promise<MediaStream> {
  const processing = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
  const open = (extra: MediaTrackConstraints): Promise<MediaStream> =>
    navigator.mediaDevices.getUserMedia({ audio: { ...processing, ...extra }, video: false })
  if (preferred === undefined) return open({})
  try {
    return await open({ deviceId: { exact: preferred } })
  } catch (error) {
    if (troubleOf(error) !== 'microphone-missing') throw error
    return open({})
  }
}

export function stopStream(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop()
}

/** Follows what the browser says about the permission, without asking the person. */
export function watchMicrophonePermission(): Readable<MicrophonePermission> {
  const cell = new Cell<MicrophonePermission>('unknown')
  const query = navigator.permissions?.query({ name: 'microphone' as PermissionName })
  query?.then(
    (status) => {
      cell.set(status.state)
      status.onchange = () => cell.set(status.state)
    },
    () => cell.set('unknown'),
  )
  return cell
}
