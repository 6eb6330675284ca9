// Runs inside the page, before its own scripts: records what each peer connection receives, from its first
// moment and without gaps. Must not refer to anything outside the function: it travels as text.

export interface PageRecorder {
  /** How many connections have received sound. */
  count(): number
  /** What the latest connection received so far. */
  take(): { readonly rate: number; readonly base64: string }
}

/** The little of a browser that is used here; the types of Node do not have it. */
interface PageWorld {
  recorder: PageRecorder
  RTCPeerConnection: new (
    ...settings: unknown[]
  ) => {
    addEventListener(name: 'track', listener: (event: { track: unknown }) => void): void
  }
  readonly MediaStream: new (tracks: unknown[]) => unknown
  readonly AudioContext: new (options: {
    sampleRate: number
  }) => {
    readonly sampleRate: number
    readonly destination: unknown
    createMediaStreamSource(stream: unknown): { connect(node: unknown): void }
    createScriptProcessor(
      size: number,
      inputs: number,
      outputs: number,
    ): {
      connect(node: unknown): void
      onaudioprocess: (event: { inputBuffer: { getChannelData(channel: number): Float32Array } }) => void
    }
  }
  btoa(text: string): string
}

export function recordPage(): void {
  const page = globalThis as unknown as PageWorld
  const RATE = 16_000
  const CHUNK_SAMPLES = 2048
  const recordings: Int16Array[][] = []

  class RecordedConnection extends page.RTCPeerConnection {
    constructor(...settings: unknown[]) {
      super(...settings)
      this.addEventListener('track', ({ track }) => {
        const chunks: Int16Array[] = []
        recordings.push(chunks)
        const context = new page.AudioContext({ sampleRate: RATE })
        const processor = context.createScriptProcessor(CHUNK_SAMPLES, 1, 1)
        processor.onaudioprocess = ({ inputBuffer }) => {
          const samples = inputBuffer.getChannelData(0)
          chunks.push(Int16Array.from(samples, (value) => Math.max(-1, Math.min(1, value)) * 32_767))
        }
        context.createMediaStreamSource(new page.MediaStream([track])).connect(processor)
        // It works only when somebody takes its output, which is silence.
        processor.connect(context.destination)
      })
    }
  }
  page.RTCPeerConnection = RecordedConnection

  page.recorder = {
    count: () => recordings.length,
    take() {
      let text = ''
      for (const chunk of recordings.at(-1) ?? [])
        for (const byte of new Uint8Array(chunk.buffer)) text += String.fromCharCode(byte)
      return { rate: RATE, base64: page.btoa(text) }
    },
  }
}
